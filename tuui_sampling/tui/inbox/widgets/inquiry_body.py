"""The part of a question that is answered: what each kind of it has in common."""

from textual.containers import Vertical
from textual.widget import Widget

from ....frontend.review.inquiry_answer import Unready
from ....sampling.inquiry import Reply
from ....sampling.request import Json, JsonObject
from .redacting import Extent


class Body(Vertical):
    """The part of a question that is answered. The messages of its controls say when it changes."""

    DEFAULT_CSS = "Body { height: auto; }"

    def answer(self) -> Reply | Unready:
        """Return what a yes would say now."""
        raise NotImplementedError

    @property
    def is_edited(self) -> bool:
        """Whether the person has changed something."""
        return False

    @property
    def held(self) -> dict[str, Json]:
        """What its controls hold, as it can be given back to them."""
        return {}

    def hold(self, held: JsonObject) -> None:
        """Give the controls back what they held."""

    @property
    def unseen(self) -> str:
        """What of it has not been on the screen though the person went by, in words; empty when everything has."""
        return ""

    def show_problems(self) -> None:
        """Show beside the fields what is wrong with them, and go to the first."""

    def revert(self, focused: Widget | None) -> bool:
        """Put back what the focused field began with; False when there is none."""
        return False

    def redact(self, extent: Extent, note: str) -> bool:
        """Replace what was found in what goes out by placeholders; whether there was anything; see `redact_json`."""
        return False

    def put_back(self) -> bool:
        """Put back what was replaced last; whether there was anything."""
        return False

    def first(self) -> Widget | None:
        """Return where the cursor goes first."""
        return next((widget for widget in self.query("*") if widget.focusable), None)

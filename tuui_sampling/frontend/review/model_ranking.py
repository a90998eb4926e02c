"""The models for one request, the best first: what speaks for each, what keeps it from being asked. Pure values."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content

from ...sampling.note import Severity
from ...sampling.review import Ranked, Selection
from ...tui.widgets.plain import line
from ..presentation.format import estimate_words
from .recipients import Addressee

YOUR_CHOICE = "your choice"
YOUR_ORDER = "first in your order for this server"


@dataclass(frozen=True)
class RankedRow:
    """
    One model as a row of the choice.

    Attributes:
        model_id: What its provider calls it.
    """

    ranked: Ranked
    addressee: Addressee
    model_id: str

    @property
    def value(self) -> str:
        """The model's configured name."""
        return self.ranked.model

    def words(self, place: int) -> Content:
        """Return the row: where it is, why it stands where it stands, what it costs, what it can't carry."""
        one = self.addressee
        named = " ".join(part for part in (self.ranked.model, self.model_id, "at", one.host) if part)
        rows = [Content.from_markup("[dim]$place[/] ", place=str(place)) + line(named, 90)]
        parts = [*self.ranked.reasons, *([estimate_words(one.estimate)] if one.estimate is not None else [])]
        rows += [Content("    ") + line(" · ".join(parts), 160)] if parts else []
        if self.ranked.forbidden:
            return Content("\n").join([*rows, Content("    ✗ not for this server: allowed_models")])
        for note in one.notes:
            mark = "✗" if note.severity is Severity.BLOCK else "⚑"
            rows.append(Content(f"    {mark} ") + line(f"{note.field}: {note.text}", 160))
        return Content("\n").join(rows)


def ranked(selection: Selection | None, names: Sequence[str], order: Sequence[str]) -> list[Ranked]:
    """
    Return every model, in the person's own order where there is one; what can't or may not answer comes last.

    Args:
        names: The configured models, for a selection that ranks none.
        order: The models as the person put them; those that it does not name follow.
    """
    found = list(selection.ranking) if selection is not None and selection.ranking else [Ranked(name) for name in names]
    places = {name: place for place, name in enumerate(order)}

    def place(one: Ranked) -> tuple[bool, bool, int]:
        return one.forbidden, one.excluded, places.get(one.model, len(places))

    return sorted(found, key=place)


def preferred(selection: Selection | None, order: Sequence[str]) -> tuple[str | None, str]:
    """Return the model to begin with, and why where it is not the selection's own reason."""
    if selection is None:
        return None, ""
    first = ranked(selection, (selection.model,), order)[0]
    known = {one.model for one in selection.ranking}
    if not order or first.excluded or first.forbidden or first.model not in (*known, selection.model):
        return selection.model, ""
    return first.model, "" if first.model == selection.model else YOUR_ORDER

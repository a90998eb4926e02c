"""Holds the commands about several responses: asking for them, looking at them, stopping and comparing them."""

from collections.abc import Callable

from ...frontend.review.reviewing import Reviewing
from ...providers.models import Models
from ...sampling.decision import Stop
from ...sampling.phase import Gate
from ...sampling.review import Review
from ..port import AppPort
from .decisions import Decisions
from .view import InboxView
from .widgets.selected_pane import SelectedPane


class Responses:
    """What can be done about the responses of the selected review, short of a decision."""

    def __init__(
        self,
        reviewing: Reviewing,
        models: Models,
        preset: Callable[[], tuple[str, ...]],
        decisions: Decisions,
        pane: SelectedPane,
        view: InboxView,
        port: AppPort,
    ) -> None:
        """
        Act on what is selected.

        Args:
            preset: Returns the models that are configured for being asked at once.
        """
        self._reviewing = reviewing
        self._models = models
        self._preset = preset
        self._decisions = decisions
        self._pane = pane
        self._view = view
        self._port = port

    # --- asking several ---

    def why_not_several(self) -> str:
        """Return why several models can't be asked, as far as that lies with the models."""
        return "" if len(self._models.names) > 1 else "Only one model is configured."

    def several_wording(self) -> str:
        """Leave the footer of a narrow terminal its room at the second gate, where more is to be decided."""
        review = self._reviewing.review
        second = review is not None and review.gate is Gate.RESPONSE
        return "" if second and not self._view.is_wide else "ask several"

    def ask_several(self) -> None:
        """Offer the configured models, of which several can be chosen."""
        from ..dialogs.choose_several import ChooseSeveral, several_choices

        review = self._reviewing.review
        if review is None:
            return
        edits, request = self._reviewing.edits(review), self._reviewing.request(review)
        offered = [self._reviewing.addressee(name, request, review.origin.server) for name in self._models.names]
        preset = edits.models if edits.others else self._preset() or edits.models
        self._port.ask(
            ChooseSeveral(
                f"Which models are to answer #{review.id} at once? Nothing is sent yet.",
                several_choices(offered, self._models),
                preset,
            ),
            lambda names: self._use(review, names) if names else None,
        )

    def _use(self, review: Review, names: tuple[str, ...]) -> None:
        edits = self._reviewing.edits(review)
        edits.draft.model, edits.others = names[0], names[1:]
        self._view.show_item()
        if review.gate is Gate.RESPONSE:
            self._port.say(f"{self._port.key_of('regenerate')} asks {', '.join(names)}.")

    # --- stopping ---

    def stop(self) -> None:
        """Stop the response that is shown."""
        review = self._reviewing.review
        if review is None:
            return
        shown = self._reviewing.edits(review).shown_candidate(review)
        writing = [one for one in review.candidates if one.is_streaming]
        if len(writing) < 2:
            self._decisions.stop(review, Stop())
        elif shown in writing:
            self._decisions.stop(review, Stop(shown.number))
        else:
            key = self._port.key_of("stop-all")
            self._port.say.why_not(f"This one has ended. {key} stops those that are being written.")

    def stop_all(self) -> None:
        """Stop every response that is being written."""
        if self._reviewing.review is not None:
            self._decisions.stop(self._reviewing.review, Stop())

    # --- which is shown ---

    def step(self, by: int) -> None:
        """Show the response that stands so many after the shown one."""
        review = self._reviewing.review
        if review is None or not review.candidates:
            return
        shown = self._reviewing.edits(review).shown_candidate(review)
        at = review.candidates.index(shown) if shown else 0
        self.show(review.candidates[(at + by) % len(review.candidates)].number)

    def show(self, number: int) -> None:
        """Show the response of that number."""
        review = self._reviewing.review
        if review is not None:
            edits = self._reviewing.edits(review)
            edits.candidate, edits.by_hand = number, False
            self._pane.review_panel.tab = "response"
            self._view.show_item()

    def compare(self) -> None:
        """Show the responses side by side, or only one again."""
        review = self._reviewing.review
        if review is not None:
            edits = self._reviewing.edits(review)
            edits.comparing = not edits.comparing
            self._view.set_focus(None)
            self._pane.review_panel.tab = "response"
            self._view.show_item()

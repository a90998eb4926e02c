"""Holds the command that chooses and ranks the models that are to answer."""

from typing import TYPE_CHECKING

from ...frontend.review.model_ranking import YOUR_CHOICE, ranked
from ...frontend.review.proposal import has_failed
from ...frontend.review.reviewing import Reviewing
from ...providers.models import Models
from ...sampling.phase import Phase
from ...sampling.review import Review
from ..port import AppPort
from .view import InboxView

if TYPE_CHECKING:
    from ..dialogs.choose_model import ModelChoice


class ModelCommands:
    """Choosing and ranking the models for the selected review."""

    def __init__(self, reviewing: Reviewing, models: Models, view: InboxView, port: AppPort) -> None:
        self._reviewing = reviewing
        self._models = models
        self._view = view
        self._port = port

    def why_not_choose(self) -> str:
        """Return why no model can be chosen, as far as that lies with the models."""
        return "" if self._models.names else "No model is configured."

    def choose(self) -> None:
        """Offer the configured models, ranked for the request as it is now, each with its reasons and its price."""
        from ..dialogs.choose_model import ChooseModel
        from ..dialogs.model_rows import RankedRow

        review, models = self._reviewing.review, self._models
        if review is None:
            return
        request, server = self._reviewing.request(review), review.origin.server
        order = self._reviewing.orders.get(server, ())
        rows = [
            RankedRow(one, self._reviewing.addressee(one.model, request, server), models.settings(one.model).model)
            for one in ranked(models.select(request, server), models.names, order)
        ]
        asks = f"Which model is to answer #{review.id}? Nothing is sent yet."
        self._port.ask(
            ChooseModel(asks, rows, self._reviewing.edits(review).draft.model),
            lambda choice: self._chosen(review, choice) if choice is not None else None,
        )

    def _chosen(self, review: Review, choice: "ModelChoice") -> None:
        if choice.order is not None:
            self._reviewing.orders[review.origin.server] = choice.order
            self._port.say(f"This order holds for {review.origin.server} until you leave the program.")
        if choice.model is not None:
            self.use(review, choice.model)

    def use(self, review: Review, name: str) -> None:
        """Have a model answer a review, instead of those that were to."""
        edits = self._reviewing.edits(review)
        edits.draft.model, edits.others = name, ()
        edits.draft.reason = "" if review.selection is not None and review.selection.model == name else YOUR_CHOICE
        self._view.show_item()
        if review.phase is Phase.RESPONSE:
            key = self._port.key_of("approve" if has_failed(review, edits) else "regenerate")
            self._port.say(f"{key} asks {name} at {self._models.place(name)}.")

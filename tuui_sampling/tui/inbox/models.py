"""The commands of the Inbox about which model shall answer, and about the data that a request carries."""

from textual import work

from ...frontend.presentation.media import media_files
from ...frontend.presentation.results import PartFile
from ...frontend.review.model_ranking import YOUR_CHOICE, ranked
from ...sampling.phase import Phase
from ...sampling.review import Review
from ..dialogs.choose_model import ChooseModel, ModelChoice
from ..dialogs.model_rows import RankedRow
from ..dialogs.save import save_one
from .responses import InboxCandidates


class InboxModels(InboxCandidates):
    """Choosing and ranking the models, and saving what can't be shown."""

    def action_choose_model(self) -> None:
        """Offer the configured models, ranked for the request as it is now, each with its reasons and its price."""
        review = self.review
        models = self.backend.models
        if review is None or not models.names:
            self.say("No model is configured.")
            return
        built = self.edits(review).draft.build()
        request = review.asked if isinstance(built, list) else built
        server = review.origin.server
        order = self.orders.get(server, ())
        rows = [
            RankedRow(one, self.addressee(one.model, request, server), models.settings(one.model).model)
            for one in ranked(models.select(request, server), models.names, order)
        ]
        self.port.ask(
            ChooseModel(
                f"Which model shall answer #{review.id}? Nothing is sent yet.", rows, self.edits(review).draft.model
            ),
            lambda choice: self._chosen(review, choice) if choice is not None else None,
        )

    def _chosen(self, review: Review, choice: ModelChoice) -> None:
        if choice.order is not None:
            self.orders[review.origin.server] = choice.order
            self.say(f"This order holds for {review.origin.server} until you leave the program.")
        if choice.model is not None:
            self._use_model(review, choice.model)

    def _use_model(self, review: Review, name: str) -> None:
        edits = self.edits(review)
        edits.draft.model, edits.others = name, ()
        edits.draft.reason = "" if review.selection is not None and review.selection.model == name else YOUR_CHOICE
        self.show_item()
        if review.phase is Phase.RESPONSE:
            self.say(f"{self.port.key_of('regenerate')} asks {name} at {self.backend.models.place(name)}.")

    def action_save_media(self) -> None:
        """Save a picture, a sound or other data of the request or of a response to a file."""
        review = self.review
        files = media_files(review) if review is not None else []
        if review is None or not files:
            self.say("There is nothing here that could be saved to a file.")
        else:
            self._save(f"#{review.id}", files)

    @work(exclusive=True, group="save")
    async def _save(self, whose: str, files: list[PartFile]) -> None:
        await save_one(self.app, whose, files)

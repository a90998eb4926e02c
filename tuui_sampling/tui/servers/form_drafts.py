"""Writes down what is typed into the forms of offers and not called yet, and fills it in again when that is wanted."""

from ...frontend.review.drafts import Draft, DraftFolder, form_digest
from ...sampling.request import JsonObject
from .widgets.primitive_form import OfferForm
from .widgets.tree_labels import Place


class FormDrafts:
    """The drafts of forms. Nothing is filled in unasked."""

    def __init__(self, folder: DraftFolder) -> None:
        """Use a folder."""
        self._folder = folder
        self._offered: dict[Place, Draft] = {}

    def look(self, place: Place, schema: JsonObject) -> None:
        """Look whether something is kept of a form that was just made."""
        if (draft := self._folder.load(_digest(place, schema))) is not None:
            self._offered[place] = draft

    def offered(self, place: Place | None) -> Draft | None:
        """Return what can be filled in."""
        return self._offered.get(place) if place is not None else None

    def fill_in(self, place: Place, form: OfferForm) -> None:
        """Fill in what is kept."""
        if (draft := self._offered.pop(place, None)) is not None:
            form.hold(draft.content)

    def write(self, place: Place, schema: JsonObject, form: OfferForm) -> None:
        """Write down what a form holds; what is as it was at first is not kept."""
        if form.is_worth_keeping:
            self._folder.save(_digest(place, schema), form.held)
        elif place not in self._offered:
            self._folder.delete(_digest(place, schema))

    def forget(self, place: Place, schema: JsonObject) -> None:
        """Keep nothing of a form any more: what it holds was used."""
        self._offered.pop(place, None)
        self._folder.delete(_digest(place, schema))


def _digest(place: Place, schema: JsonObject) -> str:
    return form_digest(place.server, str(place.kind), place.name or "", schema)

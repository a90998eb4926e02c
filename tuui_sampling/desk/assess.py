"""
Assesses what sending one request to one model means: what is lost, what keeps it from being sent, what it may cost.

The Inbox, the plain terminal, a rule and the check before the call all ask here, so that they can't disagree. It is
computed once for each request as it stands and each model, and kept with the request.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ..providers.models import Models
from ..sampling.errors import ModelError
from ..sampling.note import Note, Severity
from ..sampling.request import SamplingRequest
from ..sampling.response import Estimate


@dataclass(frozen=True)
class Assessment:
    """
    One request to one model.

    Attributes:
        model: Its configured name.
        host: Where it is and how it is reached, or why that can't be said.
        recipient: What an approval covers besides the request: the model, and the route to it.
        notes: What it can't carry, and what keeps it from being asked; these block.
        estimate: What asking it may cost; None where it can't be asked as configured.
    """

    model: str
    host: str
    notes: tuple[Note, ...] = ()
    estimate: Estimate | None = None
    recipient: str = ""

    @property
    def obstacle(self) -> str:
        """What keeps it from being asked, in words; empty when nothing does."""
        return _obstacle(self.notes)


def assess(models: Models, request: SamplingRequest, model: str, server: str) -> Assessment:
    """
    Return what is to be known before a request is sent to a model.

    Args:
        server: The configured name of the server that asked: it may not be allowed every model.
    """
    key = (models, models.state(model), "assessment", model, server)
    return request.once(key, lambda: _assess(models, request, model, server))


def obstacle(models: Models, request: SamplingRequest, model: str, server: str) -> str:
    """Return what keeps a request from being sent to a model, as its assessment says; what it costs is not asked."""
    try:
        return _obstacle(_notes(models, request, model, server))
    except ModelError as error:
        return _obstacle((_unusable(error),))


def _assess(models: Models, request: SamplingRequest, model: str, server: str) -> Assessment:
    try:
        host, notes = models.place(model), _notes(models, request, model, server)
        estimate = models.estimate(model, request)
    except ModelError as error:
        return Assessment(model, error.message, (_unusable(error),))
    return Assessment(model, host, notes, estimate, models.recipient(model))


def _notes(models: Models, request: SamplingRequest, model: str, server: str) -> tuple[Note, ...]:
    """Return what a model can't carry, and what keeps it from being asked; raises a `ModelError`."""
    notes = models.notes(model, request)
    obstacles = (models.objection(model, server), _missing_key(models, model))
    return (*[Note("model", words, Severity.BLOCK) for words in obstacles if words], *notes)


def _unusable(error: ModelError) -> Note:
    return Note("model", f"{error.message} {error.hint}".strip(), Severity.BLOCK)


def _obstacle(notes: Iterable[Note]) -> str:
    return "; ".join([f"{note.field}: {note.text}" for note in notes if note.severity is Severity.BLOCK])


def _missing_key(models: Models, model: str) -> str:
    status, _, variable = models.key_status(model).partition(": ")
    return f"no key: the variable {variable} is not set" if status == "missing" else ""

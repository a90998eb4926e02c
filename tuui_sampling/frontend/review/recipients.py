"""The models that a draft would be sent to: where each is, what it may cost, and what keeps it from being asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ...sampling.note import Note, Severity
from ...sampling.response import Estimate
from ..presentation.format import dollars


@dataclass(frozen=True)
class Addressee:
    """
    One model.

    Attributes:
        model: Its configured name.
        host: Where it is.
        notes: What it can't carry of the draft.
        estimate: What asking it may cost; None while the draft can't be sent.
    """

    model: str
    host: str
    notes: tuple[Note, ...] = ()
    estimate: Estimate | None = None

    @property
    def obstacle(self) -> str:
        """What keeps it from being asked, in words; empty when nothing does."""
        return "; ".join(f"{note.field}: {note.text}" for note in self.notes if note.severity is Severity.BLOCK)


def notes_on_all(addressees: Sequence[Addressee]) -> tuple[Note, ...]:
    """Return the notes of all; where there are several, each says whose it is."""
    if len(addressees) == 1:
        return addressees[0].notes
    return tuple(
        Note(note.field, f"{one.model}: {note.text}", note.severity) for one in addressees for note in one.notes
    )


def sending(addressees: Sequence[Addressee]) -> str:
    """Return what approving sends where, and for how much at most; it may hold foreign text."""
    places = ", ".join(f"{one.model} at {one.host}" for one in addressees)
    if len(addressees) == 1:
        return f"sends this request to {places}"
    return f"sends this request to {len(addressees)} models: {places} · {at_most(addressees)}"


def at_most(addressees: Sequence[Addressee]) -> str:
    """Return the worst case of all together, and how many of them have no known price."""
    worst = [one.estimate.worst if one.estimate is not None else None for one in addressees]
    known = [amount for amount in worst if amount is not None]
    if not known:
        return "price unknown"
    unknown = len(worst) - len(known)
    total = f"at most {dollars(sum(known, Decimal()))}"
    return f"{total}, and {unknown} of them at an unknown price" if unknown else total

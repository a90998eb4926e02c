"""Says to which models a draft would be sent, and for how much."""

from collections.abc import Sequence
from decimal import Decimal

from ...desk.assess import Assessment
from ...sampling.note import Note
from ..presentation.format import dollars

SENDS = "sends this request to "
"""How what approving does begins, before the models."""


def notes_on_all(addressees: Sequence[Assessment]) -> tuple[Note, ...]:
    """Return the notes of all; where there are several, each says whose it is."""
    if len(addressees) == 1:
        return addressees[0].notes
    return tuple(
        Note(note.field, f"{one.model}: {note.text}", note.severity) for one in addressees for note in one.notes
    )


def sending(addressees: Sequence[Assessment]) -> str:
    """Return what approving sends where, and for how much at most; it may hold foreign text."""
    places = ", ".join(f"{one.model} at {one.host}" for one in addressees)
    if len(addressees) == 1:
        return f"{SENDS}{places}"
    return f"{SENDS}{len(addressees)} models: {places} · {at_most(addressees)}"


def at_most(addressees: Sequence[Assessment]) -> str:
    """Return the worst case of all together, and how many of them have no known price."""
    worst = [one.estimate.worst if one.estimate is not None else None for one in addressees]
    known = [amount for amount in worst if amount is not None]
    if not known:
        return "price unknown"
    unknown = len(worst) - len(known)
    total = f"at most {dollars(sum(known, Decimal()))}"
    return f"{total}, and {unknown} of them at an unknown price" if unknown else total

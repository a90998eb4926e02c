"""The models for one request, the best first: what speaks for each, what keeps it from being asked. Pure values."""

from collections.abc import Sequence

from ...sampling.review import Ranked, Selection

YOUR_CHOICE = "your choice"
YOUR_ORDER = "first in your order for this server"


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

"""Where something that waits comes from, in one line."""

from textual.content import Content

from ....frontend.presentation.format import one_of_words, tool_words
from ....frontend.queue.order import call_words, turn_words
from ....sampling.item import Item
from ....sampling.review import Review
from ...widgets.plain import line


def cause_line(item: Item) -> Content:
    """Return why the server asks, as far as it is known."""
    origin = item.origin
    who = Content("from    ") + line(origin.server, 40)
    if origin.unsolicited:
        return who + Content.from_markup(" · [b]⚑ unsolicited:[/] no call of yours was under way")
    if origin.tool is None:
        why = f"{one_of_words(origin) or 'several of your calls were'} under way{_of_agent(item, ', one of them ')}"
        return who + Content(" › ") + line(tool_words(origin), 60) + Content(f": {why}")
    only = f"{one_of_words(origin)} of it" if origin.among else "it was your only call"
    presumed = f" · presumed: {only} under way" if origin.presumed else ""
    return (
        who
        + Content(" › ")
        + line(origin.tool, 60)
        + Content(_of_agent(item) or presumed)
        + Content(_round(item) + _turn(item) + _of_call(item))
    )


def _of_agent(item: Item, before: str = " · called ") -> str:
    """Return which agent's call it comes from."""
    cause = item.cause if isinstance(item, Review) else None
    return f"{before}by the agent that answers #{cause.id}" if cause is not None else ""


def _round(item: Item) -> str:
    """Return what it came together with, and how often the call has been made before, where that says something."""
    group = item.origin.group
    if group is None or (group.size == 1 and group.round == 1):
        return ""
    together = f", together with {group.size - 1} more" if group.size > 1 else ""
    return f" · round {group.round} of the call{together}"


def _of_call(item: Item) -> str:
    """Return which request of its call it is, where the call has caused more than one."""
    place = item.of_call if isinstance(item, Review) else None
    return f" · {call_words(place)}" if place is not None and place.number > 1 else ""


def _turn(item: Item) -> str:
    """Return which turn of a tool loop it is, and where that began."""
    loop = item.loop if isinstance(item, Review) else None
    if loop is None:
        return ""
    began = f" · the tool loop began with #{loop.first}" if loop.turn > 1 else ""
    return f" · {turn_words(loop)}{began}"

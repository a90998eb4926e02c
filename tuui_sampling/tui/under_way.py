"""Lists what is under way on all servers, from any screen; what is chosen there is shown."""

from collections.abc import Callable, Coroutine

from ..backend import Backend
from ..desk.invocations import Run
from ..frontend.under_way import under_way
from .port import AppPort
from .widgets.plain import line

MAX_WORDS = 200
"""Characters of a row."""


def show_under_way(port: AppPort, backend: Backend, show_call: Callable[[Run], Coroutine[None, None, None]]) -> None:
    """
    Let the person choose among the calls that run and the requests that wait.

    Args:
        show_call: Shows a call among those of its server.
    """
    from .dialogs.basic import Choice, Choose

    found = under_way(backend.runs.runs.values(), backend.desk.items)
    if not found:
        port.say("Nothing is under way: no call runs, and no request waits.")
        return

    def show(chosen: str | None) -> None:
        if chosen is None:
            return
        one = found[int(chosen)]
        if one.item is not None:
            port.show_review(one.item.id)
        elif one.run is not None:
            port.begin(show_call(one.run), "show call")

    choices = [Choice(str(number), line(one.words, MAX_WORDS)) for number, one in enumerate(found)]
    title = "Under way: the calls of all servers, and the requests that wait"
    port.ask(Choose(title, choices, classes="wide rows"), show)

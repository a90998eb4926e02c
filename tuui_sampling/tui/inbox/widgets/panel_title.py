"""The title of what is reviewed, in one line: where room is scarce, the names give way before what must be known."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.content import Content

from ....frontend.presentation.format import one_of_words, tool_words
from ....frontend.queue.deadlines import PASSED, time_left
from ....frontend.queue.marks import MARKS
from ....sampling.item import Item
from ....sampling.phase import Phase
from ...widgets.panes import PaneTitle
from ...widgets.plain import line

MIN_NAMES = 19
"""Cells that `server › tool` keeps, if it needs them, as long as something that stands after it can be said shorter."""

BETWEEN = " › "


@dataclass(frozen=True)
class Words:
    """
    Something that a title says after the names.

    Attributes:
        brief: The same where room is scarce; empty where it can be left out then.
    """

    full: str
    brief: str


class PanelTitle(PaneTitle):
    """What is reviewed: its number, where it comes from, whose turn it is, the time left, and where it stands."""

    DEFAULT_CSS = """
    PanelTitle {
        background: $boost;
        &.-request { background: $primary-muted; & > .pane-title--edge { color: $text-primary; } }
        &.-response { background: $success-muted; & > .pane-title--edge { color: $text-success; } }
        &.-failed { background: $error-muted; & > .pane-title--edge { color: $text-error; } }
    }
    """

    def __init__(self, *, id: str) -> None:
        """Say nothing yet."""
        super().__init__(id=id)
        self._item: Item | None = None
        self._after: Sequence[Words] = ()
        self._place: tuple[str, ...] = ()

    def place(self, *words: str) -> None:
        """Say where it stands among what waits, and what lists that: others come and go while it is shown."""
        if words != self._place:
            self._place = words
            self._fit()

    def show(self, item: Item, turn: Words) -> None:
        """Say what is reviewed."""
        failed = item.phase in (Phase.UNDELIVERED, Phase.FAILED) or turn.full.startswith("✗")
        for name, applies in (
            ("-failed", failed),
            ("-request", item.phase in (Phase.READING, Phase.REQUEST)),
            ("-response", item.phase in (Phase.GENERATING, Phase.RESPONSE) and not failed),
        ):
            self.set_class(applies, name)
        words = time_left(item)
        left = Words(words, "may have given up" if words == PASSED else words)
        self._item = item
        self._after = [one for one in (turn, left) if one.full]
        self._fit()

    def on_resize(self, event: events.Resize) -> None:
        """Use the new width."""
        self._fit()

    def _fit(self) -> None:
        if self._item is not None:
            mark = Content(f"{MARKS[self._item.phase]} ")
            after = [*self._after, *(Words(one, "") for one in self._place if one)]
            self.say(mark + fitted(self._item, after, self.room - 2))


def fitted(item: Item, after: Sequence[Words], width: int) -> Content:
    """Return a title of at most so many cells; what is said after the names is said shorter from the end on."""
    number = Content(f"#{item.id} ")
    for said_briefly in range(len(after) + 1):
        full, brief = after[: len(after) - said_briefly], after[len(after) - said_briefly :]
        said = [one.full for one in full] + [one.brief for one in brief if one.brief]
        end = Content("".join(f" · {words}" for words in said))
        room = width - number.cell_length - end.cell_length
        if _names(item, 0, cut=False).cell_length <= room or room >= MIN_NAMES:
            break
    return (number + _names(item, max(room, 0)) + end).truncate(max(width, 0), ellipsis=True)


def _names(item: Item, room: int, *, cut: bool = True) -> Content:
    """Return `server › tool` in at most so many cells: what qualifies it gives way first, then the longer one."""
    origin = item.origin
    server = line(origin.server, 30)
    tool = line(tool_words(origin), 40)
    qualified = tool + Content(f" ({one_of})") if (one_of := one_of_words(origin)) else tool
    if server.cell_length + len(BETWEEN) + qualified.cell_length <= room:
        tool = qualified
    elif cut:
        half = (room - len(BETWEEN)) // 2
        server_room = max(half, room - len(BETWEEN) - tool.cell_length)
        server = server.truncate(max(server_room, 1), ellipsis=True)
        tool = tool.truncate(max(room - len(BETWEEN) - server.cell_length, 1), ellipsis=True)
    return server + Content(BETWEEN) + tool

"""
The queue: everything that waits, and those of this session that have ended.

Drawn line by line from the items themselves, so that five hundred waiting requests cost as much as those in view.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ....frontend.policy.notices import decided_words
from ....frontend.presentation.format import counted, dollars, duration, size, tool_words
from ....frontend.queue.deadlines import brief_time_left
from ....frontend.queue.duplicates import Fold
from ....frontend.queue.listing import Listing
from ....frontend.queue.marks import MARKS
from ....frontend.queue.openings import SHOWN
from ....frontend.queue.order import Bracket, brackets
from ....frontend.queue.row import Weight
from ....frontend.queue.withdrawals import why_withdrawn
from ....frontend.review.inquiry_answer import said_no, state_word
from ....sampling.inquiry import Inquiry
from ....sampling.phase import Phase
from ....sampling.review import Review
from ....sampling.visible import visible
from ...pointer.painted_rows import PaintedRows, pressed_at
from ...widgets.lists import ROW_KEYS
from ...widgets.plain import line, middle_cut

ROWS = 2
"""Lines of one item."""

HUES = {
    Phase.READING: "request",
    Phase.REQUEST: "request",
    Phase.GENERATING: "response",
    Phase.RESPONSE: "response",
    Phase.UNDELIVERED: "failed",
    Phase.FAILED: "failed",
}
"""The component class of each phase's mark; the mark itself says the same without a colour."""

_PLACES = {1: "↑ high", -1: "↓ low"}
"""How a row shows the place that a rule has given it."""

MIN_NAMES, MIN_NAMES_NARROW, MIN_WORDS = 18, 8, 12
"""Cells that the names (the second: in a narrow list), and the first words, keep, whatever else there is to say."""

NARROW = 30
"""Cells of a row below which the names give way to the time that is left, and a risk is told by its mark alone."""

KEPT = (MIN_WORDS, 24)
"""Cells that the first words keep beside what has to be known, and beside what is good to know."""

WEIGHTY = 1
"""What a piece of a row may be at most to take room from the first words."""

SERVER_SHOWN, MIN_SERVER, TOOL_KEPT = 64, 6, 20
"""Characters of a server's name that are shown where there is room; cells that it and the tool's name keep."""


class Queue(ScrollView, can_focus=True):
    """
    The list of requests.

    Attributes:
        selected: The id of the review that is shown beside; changed only by the person, and by the first arrival.
    """

    ALLOW_SELECT = False
    BINDINGS = [*ROW_KEYS]  # noqa: RUF012 - Textual's own declaration
    COMPONENT_CLASSES = {  # noqa: RUF012 - Textual's own declaration
        *(
            f"queue--{name}"
            for name in ("selected", "ended", "detail", "request", "response", "failed", "risk", "edited")
        )
    }
    DEFAULT_CSS = """
    Queue {
        width: 1fr; height: 1fr; overflow-x: hidden; background: $surface;
        & .queue--selected { background: $block-cursor-blurred-background; text-style: bold; }
        &:focus .queue--selected { background: $block-cursor-background; color: $block-cursor-foreground; }
        & .queue--ended { color: $text-muted; }
        & .queue--detail { color: $text-muted; }
        & .queue--request { color: $text-primary; text-style: bold; }
        & .queue--response { color: $text-success; text-style: bold; }
        & .queue--failed { color: $text-error; text-style: bold; }
        & .queue--risk { color: $text-warning; text-style: bold; }
        & .queue--edited { color: $text-accent; text-style: bold; }
    }
    """
    HELP = "The requests that wait. Arrows move, enter goes into the request."

    selected: reactive[int | None] = reactive(None, repaint=False)

    @dataclass
    class Selected(Message):
        """The person moved to another review."""

        review: int

    @dataclass
    class TurnWanted(Message):
        """The person clicked the selected row, which is one of several identical ones."""

        review: int

    def __init__(
        self,
        *,
        listing: Listing,
        edited: Callable[[int], bool],
        unfold_key: str,
        is_early: Callable[[], bool],
    ) -> None:
        """
        Make an empty queue.

        Args:
            is_early: Whether the key at work was typed before what the program chose was shown.
            edited: Whether the person has changed something of a review.
            listing: Knows what there is to say of each.
            unfold_key: What unfolds a row that stands for several, as shown.
        """
        super().__init__(id="queue")
        self._reviews: Sequence[Review | Inquiry] = ()
        self._brackets: dict[int, Bracket] = {}
        self._edited = edited
        self._listing = listing
        self._unfold_key = unfold_key
        self._is_early = is_early
        self._stood: tuple[int, list[int]] | None = None
        self._from: tuple[int, list[int]] | None = None
        self._duplicates: Mapping[int, Fold] = {}
        self._times: dict[int, str] = {}
        self._words: Mapping[int, str] = {}
        self._plain = Style()
        self._painted: PaintedRows[int] = PaintedRows()

    @property
    def ids(self) -> list[int]:
        """The reviews in the order in which they are shown."""
        return [review.id for review in self._reviews]

    def show(self, reviews: Sequence[Review | Inquiry], duplicates: Mapping[int, Fold]) -> None:
        """Show these reviews and inquiries, in this order; `duplicates` says which have to do with identical ones."""
        self._duplicates = duplicates
        before = len(self._reviews)
        was_in_view = self.is_in_view
        self._reviews = reviews
        if any(one.id == self.selected and one.phase.is_undecided for one in reviews):
            self._stood = (self.selected or 0, self.ids)
        self._brackets = brackets(reviews)
        self._words = self._listing.openings.words(reviews)
        if before != len(reviews):
            self.virtual_size = Size(self.size.width, len(reviews) * ROWS)
        if was_in_view and not self.is_in_view:
            self.call_after_refresh(self.watch_selected)
        self._refresh_rows(max(before, len(reviews)))

    def _refresh_rows(self, count: int) -> None:
        """Draw so many rows from the first one in view on; below them is nothing, which stays so."""
        first = self.scroll_offset.y // ROWS
        if (shown := min(count - first, self.size.height // ROWS + 1)) > 0:
            self.refresh_lines(first * ROWS, shown * ROWS)

    @property
    def is_in_view(self) -> bool:
        """Whether the selected row can be seen, whole."""
        ids, top = self.ids, self.scroll_offset.y
        return self.selected in ids and top <= ids.index(self.selected) * ROWS <= top + self.size.height - ROWS

    def tick(self) -> None:
        """Draw the rows in view whose times are others by now."""
        first = self.scroll_offset.y // ROWS
        times: dict[int, str] = {}
        for row, item in enumerate(self._reviews[first : first + self.size.height // ROWS + 1], first):
            times[item.id] = " ".join(_times(item))
            if times[item.id] != self._times.get(item.id):
                self.refresh_lines(row * ROWS)
        self._times = times

    def watch_selected(self) -> None:
        """Bring the selected row into view."""
        if self.selected in self.ids:
            row = self.ids.index(self.selected) * ROWS
            self.scroll_to_region(Region(0, row, 1, ROWS), animate=False, force=True)
        self._refresh_rows(len(self._reviews))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the keys that scroll sideways to others: here there is nothing to scroll to."""
        return action not in ("scroll_left", "scroll_right")

    def leave(self) -> None:
        """Note where the selected one stood: a move that is typed before another is shown begins there."""
        self._from = self._stood

    def action_move(self, by: int) -> None:
        """Select another row, counted from the one that the person saw."""
        ids, selected = self.ids, self.selected
        if not ids:
            return
        if self._is_early() and self._from is not None:
            selected, ids = self._from
        at = ids.index(selected) if selected in ids else -1 if by > 0 else len(ids)
        number = ids[min(max(at + by, 0), len(ids) - 1)]
        if number == self.selected:
            self.watch_selected()  # it may have been scrolled away
        elif number in self.ids:
            self.choose(number)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Note what the mouse was pressed on: it may stand elsewhere when that is handled."""
        self._painted.press(event.y, pressed_at(self, event))

    def on_click(self, event: events.Click) -> None:
        """Select the row that was clicked, as it was painted then; a click on the selected one unfolds or folds it."""
        row = (event.y + self.scroll_offset.y) // ROWS
        number = self._painted.meant(self._reviews[row].id if 0 <= row < len(self._reviews) else None)
        if number is None or number not in self.ids:
            return
        if number == self.selected and number in self._duplicates:
            self.post_message(self.TurnWanted(number))
        self.choose(number)

    def choose(self, review: int) -> None:
        """Select a row, and say so."""
        if review != self.selected:
            self.selected = review
            self.post_message(self.Selected(review))

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw lines, whose style is worked out once for all of them."""
        self._plain = self.rich_style
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Draw one line of the visible part."""
        row, part = divmod(y + self.scroll_offset.y, ROWS)
        width = self.scrollable_content_region.width
        self._painted.painted(y, self._reviews[row].id if row < len(self._reviews) else None)
        if row >= len(self._reviews):
            return Strip.blank(width, self._plain)
        review = self._reviews[row]
        is_selected = review.id == self.selected
        content = (self._first if part == 0 else self._second)(review, width - 1)
        style = self._plain + self._style(review, part)
        text = Content("▌" if is_selected else " ") + content
        if is_selected or not review.phase.is_open:
            text = Content(text.plain)  # its own colours would not be seen there
        segments = text.truncate(width, ellipsis=True).render_segments(self.visual_style)
        plain = [Segment(segment.text, style + (segment.style or Style())) for segment in segments]
        if is_selected or not review.phase.is_open:
            plain = [Segment(segment.text, style) for segment in plain]
        return Strip(plain).adjust_cell_length(width, style)

    def _style(self, review: Review | Inquiry, part: int) -> Style:
        if review.id == self.selected:
            return self.get_component_rich_style("queue--selected")
        if not review.phase.is_open:
            return self.get_component_rich_style("queue--ended")
        return self.get_component_rich_style("queue--detail") if part else Style()

    def _in(self, name: str, text: str) -> Content:
        return Content(text).stylize(self.get_visual_style(f"queue--{name}")) if text else Content("")

    def _first(self, review: Review | Inquiry, width: int) -> Content:
        """Return who asks, and on the right for how long that has waited and will."""
        origin = review.origin
        no = isinstance(review, Inquiry) and said_no(review)
        bracket = self._brackets.get(review.id)
        mark = "✗" if no else MARKS[review.phase]
        marked = "◆ " if review.id in self._listing.marked and review.phase.is_undecided else ""
        start = Content(bracket.mark if bracket else "") + self._in(
            HUES.get(review.phase, "ended"), f"{marked}{mark} #{review.id}"
        )
        fold = self._duplicates.get(review.id)
        start += Content(f" ×{fold.count} " if fold is not None and not fold.unfolded else " ")
        what = line(tool_words(origin), 40)
        names = line(origin.server, SERVER_SHOWN) + Content(" › ") + what
        left, age = _times(review)
        figure = left.split()[0] if left[:1].isdigit() else ""
        choices: list[tuple[str, ...]] = [(self._length(review), left, age), (left, age), (left or age,), (figure,)]
        ends = [" · ".join(filter(None, said)) for said in choices[0 if width >= NARROW else -1 :]]
        least = MIN_NAMES if width >= NARROW else MIN_NAMES_NARROW
        with_tool = MIN_SERVER + 3 + min(what.cell_length, TOOL_KEPT) if width >= NARROW else least
        room = width - start.cell_length - min(names.cell_length, max(least, with_tool))
        figure = figure if len(figure) < width - start.cell_length - least else ""  # a deadline is worth more
        end = next((one for one in ends if len(one) < room), figure)
        room = width - start.cell_length - (len(end) + 1 if end else 0)
        server = middle_cut(line(origin.server, SERVER_SHOWN), room - what.cell_length - 3, MIN_SERVER)
        return _aligned(start + server + Content(" › ") + what, Content(end), width)

    def _second(self, review: Review | Inquiry, width: int) -> Content:
        """Return the first words of what is asked, and on the right what has to be known of it."""
        bracket = self._brackets.get(review.id)
        before = state_word(review) if isinstance(review, Inquiry) else _ended_word(review)
        words = line(self._words.get(review.id, ""), SHOWN)
        indent = Content(f"{bracket.below if bracket else ' '} ")
        left = indent + Content(f"{before}{' · ' if before and words.cell_length else ''}") + words
        rooms = [width - indent.cell_length - len(before) - min(words.cell_length, kept) - 1 for kept in KEPT]
        return _aligned(left, self._end(review, *rooms), width)

    def _length(self, review: Review | Inquiry) -> str:
        characters = self._listing.weight(review).characters
        return size(characters) if characters else ""

    def _end(self, review: Review | Inquiry, room: int, less: int) -> Content:
        """Return as much of what has to be known as there is room for: the weightier first, and the rest in less."""
        weight, found = self._listing.weight(review), self._listing.found(review)
        pieces = [
            (0, "edited", "✎" if self._edited(review.id) else ""),
            (1, "risk", "⚑ notice" if review.notices and review.phase.is_open else ""),
            (2, "risk", _PLACES.get(review.priority, "") if review.phase.is_open else ""),
            (1, "risk", "⚑ unsolicited" if review.origin.unsolicited else ""),
            (1, "risk", f"⚑ {found.hidden} hidden" if found.hidden else ""),
            (1, "risk", f"⚑ {found.words}" if found.words else ""),
            (WEIGHTY if review.origin.group is not None else 4, "", self._place(review.id)),
            (6, "", counted(weight.tools, "tool") if weight.tools else ""),
            (3, "", ("image" if weight.images == 1 else f"{weight.images} images") if weight.images else ""),
            (3, "", "audio" if weight.sounds else ""),
            (5, "", visible(decided_words(review), multiline=False, limit=60)),
            (5, "", visible(why_withdrawn(review), multiline=False, limit=60)),
            (7, "", next(iter(_price(review, weight)), "")),
            (3, "", self._alike_words(review.id)),
        ]
        shown = [piece for piece in pieces if piece[2]]
        is_risky = any(name == "risk" and text.startswith("⚑") for _, name, text in shown)
        while shown:
            last = max(shown, key=lambda piece: piece[0])
            if sum(len(text) + 3 for _, _, text in shown) - 3 <= (room if last[0] <= WEIGHTY else less):
                break
            shown.remove(last)
        if is_risky and not any(name == "risk" and text.startswith("⚑") for _, name, text in shown):
            short = f"⚑{found.total or ''}"
            if not shown or sum(len(text) + 3 for _, _, text in shown) + len(short) <= room:
                shown.append((1, "risk", short))
        return Content(" · ").join(self._in(name, text) if name else Content(text) for _, name, text in shown)

    def _place(self, number: int) -> str:
        """Return which turn of a loop, or which of a round, it is."""
        bracket = self._brackets.get(number)
        return bracket.words if bracket else ""

    def _alike_words(self, number: int) -> str:
        """Return that there are identical ones, or what lists them: how many they are stands above."""
        fold = self._duplicates.get(number)
        if fold is None:
            return ""
        return f"{fold.count} same" if fold.unfolded else f"{self._unfold_key} list"


def _ended_word(review: Review) -> str:
    """Return how it ended; what it waits for is said by its mark."""
    return "" if review.phase.is_open else str(review.phase)


def _times(review: Review | Inquiry) -> tuple[str, str]:
    """Return for how long it will wait, where that is known, and for how long it has."""
    return brief_time_left(review), duration((review.ended or time.monotonic()) - review.arrived)


def _aligned(left: Content, right: Content, width: int) -> Content:
    """Return two texts at the two ends of a line; the left one gives way."""
    if not right.cell_length:
        return left
    room = max(width - right.cell_length - 1, 1)
    left = left.truncate(room, ellipsis=True)
    return left + Content(" " * (room - left.cell_length + 1)) + right


def _price(review: Review | Inquiry, weight: Weight) -> list[str]:
    """Return what it has cost; before that, what it may cost at most."""
    if not isinstance(review, Review):
        return []
    if review.cost:
        return [dollars(review.cost)]
    return [f"≤ {dollars(weight.worst)}"] if weight.worst and review.phase.is_open else []

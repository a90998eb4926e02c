"""
The queue: everything that waits, and those of this session that have ended.

Drawn line by line from the items themselves, so that five hundred waiting requests cost as much as those in view.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ....frontend.presentation.format import counted, dollars, duration, size
from ....frontend.presentation.media import media_kinds
from ....frontend.queue.deadlines import brief_time_left
from ....frontend.queue.duplicates import Fold
from ....frontend.queue.order import Bracket, brackets
from ....frontend.review.inquiry_answer import said_no, state_word
from ....sampling.inquiry import Inquiry, RootsRequest
from ....sampling.phase import Phase
from ....sampling.request import TextBlock
from ....sampling.review import Review
from ....sampling.visible import reveal
from ...widgets.plain import line

ROWS = 2
"""Lines of one item."""

MARKS = {
    Phase.REQUEST: "?",
    Phase.GENERATING: "…",
    Phase.RESPONSE: "!",
    Phase.SENDING: "↑",
    Phase.DELIVERED: "✓",
    Phase.UNDELIVERED: "✗",
    Phase.REJECTED: "✗",
    Phase.WITHDRAWN: "–",
    Phase.FAILED: "✗",
}


@dataclass(frozen=True)
class _Weight:
    """What is found out once about a request, since looking at a large one takes a while."""

    characters: int
    hidden: int
    images: int = 0
    sounds: int = 0
    tools: int = 0
    worst: Decimal | None = None


class Queue(ScrollView, can_focus=True):
    """
    The list of requests.

    Attributes:
        selected: The id of the review that is shown beside; changed only by the person, and by the first arrival.
    """

    ALLOW_SELECT = False
    BINDINGS = [  # noqa: RUF012 - Textual's own declaration
        Binding("up,k", "move(-1)", "up", show=False),
        Binding("down,j", "move(1)", "down", show=False),
        Binding("home", "move(-1000000)", "first", show=False),
        Binding("end", "move(1000000)", "last", show=False),
        Binding("pageup", "move(-10)", "page up", show=False),
        Binding("pagedown", "move(10)", "page down", show=False),
    ]
    COMPONENT_CLASSES = {"queue--selected", "queue--ended", "queue--detail"}  # noqa: RUF012
    DEFAULT_CSS = """
    Queue {
        width: 34; height: 1fr; overflow-x: hidden; border-right: vkey $panel; background: $surface;
        & .queue--selected { background: $block-cursor-blurred-background; text-style: bold; }
        &:focus .queue--selected { background: $block-cursor-background; color: $block-cursor-foreground; }
        & .queue--ended { color: $text-muted; }
        & .queue--detail { color: $text-muted; }
    }
    """
    HELP = "The requests that wait, oldest first. Arrows move, enter goes into the request."

    selected: reactive[int | None] = reactive(None)

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
        edited: Callable[[int], bool],
        worst: Callable[[Review], Decimal | None],
        unfold_key: str,
        pause_key: str,
    ) -> None:
        """
        Make an empty queue.

        Args:
            edited: Whether the person has changed something of a review.
            worst: What the proposed model may cost at most, in US dollars; None when that is not known.
            unfold_key: What unfolds a row that stands for several, as shown.
            pause_key: What pauses a server that asks the same again and again, as shown.
        """
        super().__init__(id="queue")
        self._reviews: Sequence[Review | Inquiry] = ()
        self._brackets: dict[int, Bracket] = {}
        self._weights: dict[int, _Weight] = {}
        self._edited = edited
        self._worst = worst
        self._unfold_key = unfold_key
        self._pause_key = pause_key
        self._alike: Mapping[int, Fold] = {}

    @property
    def ids(self) -> list[int]:
        """The reviews in the order in which they are shown."""
        return [review.id for review in self._reviews]

    def show(self, reviews: Sequence[Review | Inquiry], alike: Mapping[int, Fold]) -> None:
        """Show these reviews and inquiries, in this order; `alike` says which have to do with identical ones."""
        self._alike = alike
        grown = len(reviews) != len(self._reviews)
        self._reviews = reviews
        self._brackets = brackets(reviews)
        if grown:
            self.virtual_size = Size(self.size.width, len(reviews) * ROWS)
            known = set(self.ids)
            self._weights = {number: weight for number, weight in self._weights.items() if number in known}
        self.refresh()

    def watch_selected(self) -> None:
        """Bring the selected row into view."""
        if self.selected in self.ids:
            row = self.ids.index(self.selected) * ROWS
            self.scroll_to_region(Region(0, row, 1, ROWS), animate=False, force=True)
        self.refresh()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the keys that scroll sideways to others: here there is nothing to scroll to."""
        return action not in ("scroll_left", "scroll_right")

    def action_move(self, by: int) -> None:
        """Select another row."""
        ids = self.ids
        if not ids:
            return
        at = ids.index(self.selected) if self.selected in ids else -1 if by > 0 else len(ids)
        self._select(ids[min(max(at + by, 0), len(ids) - 1)])

    def on_click(self, event: events.Click) -> None:
        """Select the row that was clicked; a click on the selected one unfolds or folds it."""
        row = (event.y + self.scroll_offset.y) // ROWS
        if not 0 <= row < len(self._reviews):
            return
        number = self._reviews[row].id
        if number == self.selected and number in self._alike:
            self.post_message(self.TurnWanted(number))
        self._select(number)

    def _select(self, review: int) -> None:
        if review != self.selected:
            self.selected = review
            self.post_message(self.Selected(review))

    def render_line(self, y: int) -> Strip:
        """Draw one line of the visible part."""
        row, part = divmod(y + self.scroll_offset.y, ROWS)
        width = self.scrollable_content_region.width
        if row >= len(self._reviews):
            return Strip.blank(width, self.rich_style)
        review = self._reviews[row]
        content = self._first(review) if part == 0 else self._second(review)
        style = self.rich_style + self._style(review, part)
        text = Content(" " if review.id != self.selected else "▌") + content
        segments = text.truncate(width, ellipsis=True).render_segments(self.visual_style)
        plain = [Segment(segment.text, (segment.style or Style()) + style) for segment in segments]
        return Strip(plain).adjust_cell_length(width, style)

    def _style(self, review: Review | Inquiry, part: int) -> Style:
        if review.id == self.selected:
            return self.get_component_rich_style("queue--selected")
        if not review.phase.is_open:
            return self.get_component_rich_style("queue--ended")
        return self.get_component_rich_style("queue--detail") if part else Style()

    def _first(self, review: Review | Inquiry) -> Content:
        origin = review.origin
        no = isinstance(review, Inquiry) and said_no(review)
        bracket = self._brackets.get(review.id)
        start = f"{bracket.mark if bracket else ''}{'✗' if no else MARKS[review.phase]} #{review.id} "
        fold = self._alike.get(review.id)
        start += f"×{fold.count} " if fold is not None and not fold.unfolded else ""
        what = line(origin.tool, 40) if origin.tool else Content("unsolicited" if origin.unsolicited else "a request")
        return Content(start) + line(origin.server, 24) + Content(" › ") + what

    def _second(self, review: Review | Inquiry) -> Content:
        weight = self._weight(review)
        bracket = self._brackets.get(review.id)
        badges = (
            (bool(review.notices) and review.phase.is_open, "⚑ notice"),
            (review.origin.unsolicited, "⚑ unsolicited"),
            (weight.hidden > 0, f"⚑ {weight.hidden} hidden"),
            (self._edited(review.id), "✎"),
            (weight.tools > 0, counted(weight.tools, "tool")),
            (weight.images > 0, "image" if weight.images == 1 else f"{weight.images} images"),
            (weight.sounds > 0, "audio"),
        )
        parts = [
            *([bracket.words] if bracket else []),
            *filter(None, (self._alike_words(review.id),)),
            state_word(review) if isinstance(review, Inquiry) else str(review.phase),
            *filter(None, (brief_time_left(review),)),
            duration((review.ended or time.monotonic()) - review.arrived),
            *_price(review, weight),
            *(badge for applies, badge in badges if applies),
            *([size(weight.characters)] if weight.characters else []),
        ]
        return Content(f"{bracket.below if bracket else ' '}   " + " · ".join(parts))

    def _alike_words(self, number: int) -> str:
        """Return that there are identical ones, and what can be done about it."""
        fold = self._alike.get(number)
        if fold is None:
            return ""
        can = "fold" if fold.unfolded else f"list, {self._pause_key} pause"
        return f"{fold.count} alike: {self._unfold_key} {can}"

    def _weight(self, review: Review | Inquiry) -> _Weight:
        weight = self._weights.get(review.id)
        if weight is None and isinstance(review, Inquiry):
            message = "" if isinstance(review.asked, RootsRequest) else review.asked.message
            weight = _Weight(len(message), sum(finding.count for finding in reveal(message).findings))
            self._weights[review.id] = weight
        elif weight is None and isinstance(review, Review):
            weight = self._weights[review.id] = _weighed(review, self._worst(review))
        assert weight is not None
        return weight


def _weighed(review: Review, worst: Decimal | None) -> _Weight:
    blocks = review.asked.blocks
    texts = [review.asked.system_prompt or "", *(block.text for block in blocks if isinstance(block, TextBlock))]
    kinds = [kind for block in blocks for kind in media_kinds(block)]
    return _Weight(
        sum(map(len, texts)),
        sum(finding.count for text in texts for finding in reveal(text).findings),
        kinds.count("image"),
        kinds.count("audio"),
        len(review.asked.tools or ()),
        worst,
    )


def _price(review: Review | Inquiry, weight: _Weight) -> list[str]:
    """Return what it has cost; before that, what it may cost at most."""
    if not isinstance(review, Review):
        return []
    if review.cost:
        return [dollars(review.cost)]
    return [f"≤ {dollars(weight.worst)}"] if weight.worst and review.phase.is_open else []

"""The left side of the Inbox: the queue, and which of what is on the desk is in it."""

from collections.abc import Callable

from textual import on, work
from textual.app import ComposeResult

from ....desk.desk import Desk
from ....frontend.queue.duplicates import Duplicates
from ....frontend.queue.listing import WORDS
from ....frontend.remembered import Remembered
from ....frontend.review.reviewing import Reviewing
from ...widgets.filter_line import FilterLine
from ...widgets.panes import PaneFrame, PaneTitle, SizedPane
from ...widgets.plain import line
from ..empty import REQUESTS, WIDTH, WIDTHS, list_width
from .queue import Queue

ENDED_SHOWN = 30
"""Ended reviews that stay in the queue, below the open ones."""


class QueuePane(SizedPane):
    """
    The requests of a desk as a list.

    Attributes:
        queue: The list.
        line: The filter.
    """

    WIDTHS = WIDTHS

    def __init__(
        self,
        desk: Desk,
        reviewing: Reviewing,
        duplicates: Duplicates,
        *,
        remembered: Remembered,
        edited: Callable[[int], bool],
        key_of: Callable[[str], str],
        is_early: Callable[[], bool],
    ) -> None:
        """
        List nothing yet.

        Args:
            is_early: Whether the key at work was typed before what the program chose was shown.
            remembered: Holds the width that the person has chosen.
            edited: Whether the person has changed something of a request.
            key_of: Returns the key of a command as it is shown.
        """
        super().__init__(remembered, WIDTH, id="list")
        self._desk = desk
        self._reviewing = reviewing
        self._duplicates = duplicates
        self._edited = reviewing.listing.edited = edited
        self._title = PaneTitle()
        self.line = FilterLine(WORDS)
        self._was_shown = True
        self.queue = Queue(
            listing=reviewing.listing,
            edited=edited,
            unfold_key=key_of("unfold-identical"),
            is_early=is_early,
        )

    def compose(self) -> ComposeResult:
        """Hold a title, the line of the filter, and the list."""
        yield self._title
        yield PaneFrame(self.line, self.queue)

    def on_mount(self) -> None:
        """Let the ages tick while something waits."""
        self._ticking = self.set_interval(1.0, self._tick, pause=True)
        self.watch(self.queue, "scroll_y", self._scrolled, init=False)
        self._reviewing.listing.glanced = lambda: self.call_later(self._weigh)

    @work
    async def _weigh(self) -> None:
        """Say all there is to say of what is large, once that is known."""
        await self._reviewing.listing.weigh()
        self.show()

    def _tick(self) -> None:
        if self.screen.is_current:
            self.queue.tick()

    def show(self) -> int | None:
        """Show the rows as they are now; returns what is to be shown since nothing is yet: the first arrival."""
        items, listing, selected = self._desk.items, self._reviewing.listing, self._reviewing.selected
        listing.forget(items)
        rows, duplicates = self._duplicates.fold(listing.rows(items, ENDED_SHOWN, selected), selected, self._edited)
        self.queue.show(rows, duplicates)
        if self.queue.selected is None:  # in a view that was made anew
            self.queue.selected = selected
        if any(row.phase.is_open for row in rows):
            self._ticking.resume()
        else:
            self._ticking.pause()
        is_first = self._reviewing.selected is None and bool(rows) and rows[0].phase.is_open
        self.screen.set_class(self._reviewing.item is None and not is_first, "-empty")
        self._show_title()
        return rows[0].id if is_first else None

    def _show_title(self) -> None:
        items, listing = self._desk.items, self._reviewing.listing
        waits = [item for item in items if item.phase.is_undecided]
        fitting = sum(listing.fits(item) for item in waits)
        verb = "waits" if len(waits) == 1 else "wait"
        of = f"{fitting} of {len(waits)} {verb}" if listing.terms else f"{len(waits)} {verb}"
        by = f" · by {listing.sort}" if listing.sort != "deadline" else ""
        filtered = f" · / {' '.join(listing.terms)}" if listing.terms else ""
        self._title.say(line(f"{of}{by}{filtered}" if by or filtered else REQUESTS.format(of=of)))

    # --- in a narrow terminal ---

    @property
    def is_shown(self) -> bool:
        """Whether the list can be seen."""
        return bool(self.queue.display)

    @property
    def covers(self) -> bool:
        """Whether the list lies over the review, as it may in a narrow terminal."""
        return self.screen.has_class("-queue-open") and self.screen.has_class("-narrow")

    def turn(self) -> None:
        """Open the list over the review in a narrow terminal, or fold it."""
        self.screen.toggle_class("-queue-open")
        self.screen.set_focus(self.queue if self.screen.has_class("-queue-open") else None)
        self.screen.refresh_bindings()
        self.show_selected()

    def why_covered(self) -> str:
        """Return why nothing can be done with what the list lies over."""
        return "Close the list first: it lies over the request." if self.covers else ""

    def why_out_of_view(self) -> str:
        """Return why nothing is done about what is selected: neither its row nor what it is can be seen."""
        is_hidden = self.covers and not self.queue.is_in_view
        return "What is selected is not on the screen: an arrow key leads back there." if is_hidden else ""

    def _scrolled(self) -> None:
        if self.covers:
            self.screen.refresh_bindings()

    # --- filter, order, width ---

    def filter(self) -> None:
        """Ask what the list is to show."""
        self.line.open()

    @on(FilterLine.Changed)
    def _filter_changed(self, message: FilterLine.Changed) -> None:
        message.stop()
        self._reviewing.listing.filter(message.value)
        self.show()
        self.screen.refresh_bindings()  # there is something to leave now, or no more

    @on(FilterLine.Left)
    def _filter_left(self, message: FilterLine.Left) -> None:
        message.stop()
        self.screen.set_focus(self.queue)
        listing, selected = self._reviewing.listing, self._reviewing.selected
        is_kept = bool(self.line.value)  # else the list is about to show everything
        if is_kept and (first := listing.first_match(self._desk.items, selected)) is not None:
            self.queue.call_next(self.queue.choose, first)  # a message of the list's own: ours would end here

    def turn_sort(self) -> None:
        """Sort by what comes next; say so where the title that says it is not shown."""
        listing = self._reviewing.listing
        listing.turn_sort()
        self.show()
        self.show_selected()
        if not self.is_shown:
            self.app.notify(f"The list is ordered by {listing.sort} now.")

    def use_width(self) -> None:
        """Be as wide as the person has chosen; else as goes with the terminal. A list that appears can be moved in."""
        self.set_width(list_width(self._remembered, self.app.size.width))
        self.call_after_refresh(self._appear)

    def _appear(self) -> None:
        has_appeared, self._was_shown = self.is_shown and not self._was_shown, self.is_shown
        if has_appeared and self.screen.focused is None:
            self.queue.focus()

    @on(Queue.TurnWanted)
    def _turn_wanted(self, message: Queue.TurnWanted) -> None:
        message.stop()
        self._duplicates.turn(message.review)
        self.show()
        self.show_selected()
        self.screen.refresh_bindings()

    def show_selected(self) -> None:
        """Bring the selected row into view, once it is laid out."""
        self.queue.call_after_refresh(self._bring_into_view)

    def _bring_into_view(self) -> None:
        self.queue.watch_selected()
        self._scrolled()  # its height may have been unknown until now

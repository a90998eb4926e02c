"""Shows a review from another side than that from which it is decided: what was changed, or its messages."""

import asyncio
from collections.abc import Callable

from textual import work

from ...frontend.document.passage import Part, Passage, Style
from ...frontend.review.proposal import Edits
from ...sampling.review import Review
from ..document.pane import DocumentPane

Side = Callable[[Review, Edits], list[Part]]
"""Makes what is shown."""

AT_ONCE = 65_536
"""Characters of a message up to which it is made at once."""


class SidePane(DocumentPane):
    """One side of a review."""

    def __init__(self, name: str, side: Side) -> None:
        """Show nothing yet."""
        super().__init__(id=name)
        self._side = side
        self._review: Review | None = None

    def show(self, review: Review, edits: Edits, *, is_shown: bool) -> None:
        """Show that side as it is now, where it is shown; of a large review once it was made beside the event loop."""
        self._review = review
        if not is_shown:
            return
        if len(review.origin.raw) <= AT_ONCE:
            self.view.become(self._side(review, edits))
        else:
            self._show_large(review, edits)

    @work(exclusive=True)
    async def _show_large(self, review: Review, edits: Edits) -> None:
        if not self.view.document.count:
            self.view.load([Part("", (Passage("This is long: it is shown in a moment.", Style.MUTED),))])
        parts = await asyncio.to_thread(self._side, review, edits)
        if review is self._review:
            self.view.become(parts)

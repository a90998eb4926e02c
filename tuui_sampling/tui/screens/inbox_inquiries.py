"""What the Inbox does for an inquiry and not for a review: opening a page, for a person who asked for it."""

from typing import TYPE_CHECKING

from ...frontend.browser import open_page
from ...sampling.decision import Gate
from ...sampling.inquiry import Inquiry
from ..approving import Approving

if TYPE_CHECKING:  # the panel is heavy, and is added after the first paint
    from ..inbox.screen import InboxScreen
    from ..inbox.widgets.inquiry_panel import InquiryPanel


def open_shown_page(screen: "InboxScreen", inquiry: Inquiry, approving: Approving, panel: "InquiryPanel") -> None:
    """Open the page of an inquiry in the browser, if its address has been looked at and nothing else is typed."""
    body = panel.page
    if body is None or body.page.obstacle:
        return

    async def opening() -> None:
        body.opened("It is being opened …")
        problem = await open_page(body.page.url)
        body.opened(f"✗ {problem}" if problem else f"It was opened in your browser. {_what_next(inquiry)}")

    def begin() -> None:
        screen.run_worker(opening(), exit_on_error=False)

    if inquiry.gate is None:  # it has been agreed to: what was looked at then is what is opened
        begin()
    else:
        enough = screen.tuui.is_large_enough
        approving.when_sure(inquiry, Gate.REQUEST, begin, large_enough=enough, called="opened")


def _what_next(inquiry: Inquiry) -> str:
    return "Say now whether you agree." if inquiry.phase.is_open else ""

"""The Inbox: the queue of requests, and the one that is selected, with everything that can be decided about it."""

from functools import cached_property
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.widgets import Input, TextArea

from ...backend import Backend
from ...frontend.browser import open_page
from ...frontend.review.approval_guard import Approving, Refusing
from ...frontend.review.availability import is_possible
from ...frontend.review.proposal import ask_models
from ...sampling.decision import Reopen, Stop
from ...sampling.inquiry import Inquiry
from ...sampling.phase import Gate, Phase
from ...sampling.review import Review
from ..commands import bindings
from ..dialogs.basic import AskText
from ..port import AppPort
from .models import InboxModels
from .navigation import SCROLLING
from .widgets.queue import Queue

if TYPE_CHECKING:
    from .widgets.inquiry_panel import InquiryPanel

SEEN = 0.995
"""The share that counts as all: the last row of a text may be half a row."""

NEED_A_LOOK = frozenset(
    {"approve", "open_page", "regenerate", "choose_model", "answer_by_hand", "external_editor", "revert_field"}
)
"""What can not be done while the list lies over what it would be done with."""


class InboxScreen(InboxModels):
    """The screen on which requests are reviewed and questions are answered."""

    MODE = "inbox"
    CSS_PATH = "inbox.tcss"
    BINDINGS = [  # noqa: RUF012 - Textual's own declaration
        *bindings("inbox"),
        *(Binding(key, f"scroll_shown('{way}')", show=False) for key, way in SCROLLING),
    ]

    def __init__(self, backend: Backend, port: AppPort) -> None:
        super().__init__(backend, port)
        self._told: set[tuple[int, Gate | None, str]] = set()

    @cached_property
    def _approving(self) -> Approving:
        return Approving(self.backend.desk, self.port.arming, self.say, self.set_timer)

    @cached_property
    def _refusing(self) -> Refusing:
        return Refusing(self.backend.desk, self._approving, self.port.arming, self.say, self.port.key_of)

    def look_away(self) -> None:
        """Let nothing be approved until it has been painted, and forget what was said of others."""
        self.port.arming.disarm()
        self._refusing.forget()

    def painted(self, *, by_hand: bool = False) -> None:
        """Arm what is on the screen, and nothing else."""
        self._approving.painted(self.item if self.is_current else None, self.proposal(), by_hand=by_hand)

    def action_approve(self) -> None:
        """Send what is shown, if it has been shown long enough and nothing else is being typed."""
        if self.item is None or self._has_to_be_told():
            return
        now = self.proposal()
        if now.decision is None and isinstance(self.item, Inquiry):
            self.inquiry_panel.show_problems()
        self._approving.decide(self.item, now, large_enough=self.port.is_large_enough)

    def _has_to_be_told(self) -> bool:
        """Say how much has not been on the screen, and what is wrong: the first approval does no more than that."""
        item, now = self.item, self.proposal()
        if item is None or now.decision is None:
            return False
        told, key = [], self.port.key_of("approve")
        if self.panel.seen < SEEN and self._is_news((item.id, now.gate, "")):
            told.append(
                f"Only {self.panel.seen:.0%} of this has been on the screen. {key} again sends the rest unseen."
            )
        if now.warnings and self._is_news((item.id, now.gate, now.digest)):
            told.append(f"{'; '.join(now.warnings)}. {key} again sends it like that.")
        if told:
            self.say(" ".join(told))
        return bool(told)

    def _is_news(self, words: tuple[int, Gate | None, str]) -> bool:
        """Whether the person has not been told of this before."""
        is_news = words not in self._told
        self._told.add(words)
        return is_news

    def action_open_page(self) -> None:
        """Open the page that a server wants visited, if its address has been shown long enough."""
        item = self.item
        if isinstance(item, Inquiry):
            open_shown_page(self, item, self._approving, self.inquiry_panel)

    def action_regenerate(self) -> None:
        """Ask the draft's model again."""
        review = self.review
        if review is not None:
            again = ask_models(review, self.edits(review), self.addressees)
            self._approving.decide(review, again, large_enough=self.port.is_large_enough)

    def action_reject(self) -> None:
        """Refuse what is selected; what takes others along has to be asked for twice."""
        if self.item is not None:
            self._refusing.refuse(self.item)

    def action_dismiss_question(self) -> None:
        """Close the selected question without a yes or a no."""
        if isinstance(self.item, Inquiry):
            self._refusing.dismiss(self.item)

    def action_reject_with_reason(self) -> None:
        """Ask for a reason, and refuse."""
        review = self.review
        if review is not None:
            lost = self._refusing.effect_on_others(review)
            warning = f" It ends the call, and {lost}." if lost else ""
            self.port.ask(
                AskText(
                    f"Why is #{review.id} rejected?{warning} Kept in the history; the server is not told.", "optional"
                ),
                lambda reason: self._refusing.refuse(review, reason, sure=True) if reason is not None else None,
            )

    def stop(self, review: Review, decision: Stop) -> None:
        """Stop what is being written."""
        self._approving.settle(review, Gate.RESPONSE, decision)

    def action_back_to_request(self) -> None:
        """Go back to the first gate."""
        review = self.review
        if review is not None and self._approving.settle(review, Gate.RESPONSE, Reopen()):
            self.edits(review).by_hand = False
            self.review_panel.tab = "request"

    def action_answer_by_hand(self) -> None:
        """Let the person be the model, or no longer."""
        review = self.review
        if review is None:
            return
        edits = self.edits(review)
        edits.by_hand = not edits.by_hand
        panel = self.review_panel
        panel.tab = "response" if edits.by_hand or review.phase is Phase.RESPONSE else "request"
        self.show_item()
        if edits.by_hand:
            self.call_after_refresh(panel.focus_text)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Say whether a command is possible now: footer and palette show only those."""
        if not self.is_ready or (action == "edit" and isinstance(self.focused, Input | TextArea)):
            return False
        if action == "ask_several" and len(self.backend.models.names) < 2:
            return False
        if self.covers and action in NEED_A_LOOK:
            return False
        if action == "unfold_alike":
            return self.query_one(Queue).display and self._alike.is_one_of_several(self.selected)
        return is_possible(self.item, action)


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
        enough = screen.port.is_large_enough
        approving.when_sure(inquiry, Gate.REQUEST, begin, large_enough=enough, called="opened")


def _what_next(inquiry: Inquiry) -> str:
    return "Say now whether you agree." if inquiry.phase.is_open else ""

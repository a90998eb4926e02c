"""Holds the commands that decide about what is selected: approving, refusing, asking again, going back."""

from ...desk.desk import Desk
from ...frontend.browser import open_page
from ...frontend.review.approval_guard import Approving, Refusing
from ...frontend.review.proposal import ask_models
from ...frontend.review.reviewing import Reviewing
from ...sampling.decision import Answer, Approve, Decision, Reopen, SendAgain, Stop
from ...sampling.inquiry import Inquiry, ToolCall
from ...sampling.phase import Gate, Phase
from ...sampling.review import Review
from ..port import AppPort
from .drafts import Drafts
from .painting import Painting
from .view import InboxView
from .widgets.selected_pane import SelectedPane


class Decisions:
    """What can be decided about the selected review or inquiry."""

    def __init__(
        self,
        reviewing: Reviewing,
        desk: Desk,
        pane: SelectedPane,
        view: InboxView,
        port: AppPort,
        drafts: Drafts,
    ) -> None:
        """Decide about what is selected."""
        self._reviewing = reviewing
        self._desk = desk
        self._pane = pane
        self._view = view
        self._port = port
        self._approving = Approving(
            desk, port.arming, port.say.why_not, port.terminal.later, drafts.decided, self._settled
        )
        self._drafts = drafts
        self._refusing = Refusing(desk, self._approving, port.arming, port.say.why_not, port.key_of)
        self.painting = Painting(reviewing, self._approving, pane, view, port)
        self._told: set[tuple[int, Gate | None, str]] = set()

    # --- what is looked at ---

    def look_away(self) -> None:
        """Let nothing be approved until it has been painted, and no key go there that was meant for another."""
        if self._pane.review_panel.has_focus_within:
            self._view.set_focus(self._view.home())
        self.interrupt()
        self._port.arming.by_itself = False

    def interrupt(self) -> None:
        """Let nothing be approved until it has been painted again; a second key that was asked for counts no more."""
        self._port.arming.disarm()
        self._refusing.forget()
        self._told.clear()
        self._port.say.look()  # what told of a second key

    # --- approving ---

    def approve(self) -> None:
        """Send what is shown, if it has been shown long enough and nothing else is being typed."""
        item = self._reviewing.item
        if item is None or self._has_to_be_told(item):
            return
        now = self._pane.proposal()
        if now.decision is None and isinstance(item, Inquiry):
            self._pane.inquiry_panel.show_problems()
        if isinstance(item, Review) and item.phase is Phase.REQUEST:
            self._reviewing.edits(item).together = bool(self._reviewing.together(item))
        self._approving.decide(item, now, too_small=self._port.terminal.too_small)

    def approve_wording(self) -> str:
        """Return what approving is called now: the two gates differ by their verbs, too."""
        item = self._reviewing.item
        if isinstance(item, Inquiry):
            return "call" if isinstance(item.asked, ToolCall) else "answer"
        decision = self._pane.proposal().decision
        if isinstance(decision, Approve):
            if item is None or item.phase is not Phase.RESPONSE:
                return "send"
            return "ask again" if item.candidate is None or item.candidate.model == decision.model else "ask"
        at_the_request = item is not None and item.phase is Phase.REQUEST and not self._reviewing.edits(item).by_hand
        return "send" if at_the_request and decision is None else "return"

    def _has_to_be_told(self, item: Review | Inquiry) -> bool:
        """Say how much has not been on the screen, and what is wrong: the first approval does no more than that."""
        now, unseen = self._pane.proposal(), self._pane.panel.unseen
        if now.decision is None or not self._port.arming.is_seen:  # that is told first, and nothing is done
            return False
        key, said = self._port.key_of("approve"), dict[tuple[int, Gate | None, str], str]()
        if unseen:
            said[item.id, now.gate, f"unseen {now.digest}"] = f"Not sent: {unseen}. {key} again sends it unseen."
        if now.warnings:
            said[item.id, now.gate, now.digest] = f"{'; '.join(now.warnings)}. {key} again sends it like that."
        news = said.keys() - self._told
        self._told |= news
        if news:
            self._port.say.why_not(
                " ".join(words for what, words in said.items() if what in news), lambda: news <= self._told
            )
        return bool(news)

    def _settled(self, item: Review | Inquiry, decision: Decision) -> None:
        """Remember what was seen of what is decided about: a server may send it again with its next request."""
        if not isinstance(item, Review):
            return
        panel, conversations = self._pane.review_panel, self._reviewing.conversations
        conversations.decided(item, panel.seen_fields(item))
        if isinstance(decision, Approve):  # its answer may be whole before anything of it was shown
            self._reviewing.edits(item).ask()
        if isinstance(decision, Answer):
            conversations.answered(item, decision.response, seen=panel.tab == "response" and not panel.unseen)

    def open_page(self) -> None:
        """Open the page that a server wants visited, if its address has been shown long enough."""
        inquiry, body = self._reviewing.item, self._pane.inquiry_panel.page
        if not isinstance(inquiry, Inquiry) or body is None or body.page.obstacle:
            return

        async def opening() -> None:
            body.opened("It is being opened …")
            problem = await open_page(body.page.url)
            body.opened(f"✗ {problem}" if problem else f"It was opened in your browser. {_what_next(inquiry)}")

        def begin() -> None:
            self._port.begin(opening(), "open page")

        if inquiry.gate is None:  # it has been agreed to: what was looked at then is what is opened
            begin()
        else:
            too_small = self._port.terminal.too_small
            self._approving.when_sure(inquiry, Gate.REQUEST, begin, too_small=too_small, called="opened")

    def regenerate(self) -> None:
        """Ask the draft's model again."""
        review = self._reviewing.review
        if review is not None:
            again = ask_models(review, self._reviewing.edits(review), self._reviewing.addressees)
            self._approving.decide(review, again, too_small=self._port.terminal.too_small, shown=False)

    # --- refusing ---

    def reject(self) -> None:
        """Refuse what is selected; what takes others along has to be asked for twice."""
        item = self._reviewing.item
        if item is not None:
            self._refusing.refuse(item, self._pane.inquiry_panel.reason, unsent=self._drafts.unsent(item))

    def reject_wording(self) -> str:
        """Return what rejecting is called now."""
        item = self._reviewing.item
        return "refuse" if isinstance(item, Inquiry) and isinstance(item.asked, ToolCall) else "reject"

    def dismiss_wording(self) -> str:
        """Return what dismissing is called now: what it closes of an agent's call is the agent."""
        item = self._reviewing.item
        return "stop the agent" if isinstance(item, Inquiry) and isinstance(item.asked, ToolCall) else "dismiss"

    def dismiss_question(self) -> None:
        """Close the selected question without a yes or a no."""
        if isinstance(self._reviewing.item, Inquiry):
            self._refusing.dismiss(self._reviewing.item, unsent=self._drafts.unsent(self._reviewing.item))

    def reject_with_reason(self) -> None:
        """Ask for a reason, and refuse."""
        from ..dialogs.basic import AskText

        review = self._reviewing.review
        if review is not None:
            lost = self._refusing.effect_on_others(review)
            warning = f" It ends the call, and {lost}." if lost else ""
            unsent = self._drafts.unsent(review)
            warning += f" {unsent} is kept as a draft." if unsent else ""
            self._port.ask(
                AskText(
                    f"Why is #{review.id} rejected?{warning} Kept in the history; the server is not told.", "optional"
                ),
                lambda reason: self._refusing.refuse(review, reason, sure=True) if reason is not None else None,
            )

    # --- what is not an end ---

    def stop(self, review: Review, decision: Stop) -> None:
        """Stop what is being written."""
        self._approving.settle(review, Gate.RESPONSE, decision)

    def send_again(self) -> None:
        """Send what the server has not taken again."""
        item = self._reviewing.item
        if item is None or not self._desk.settle(item.id, Gate.RESPONSE, SendAgain()):
            self._port.say.why_not("It can't be sent again: the server no longer waits for it.")

    def back_to_request(self) -> None:
        """Go back to the first gate."""
        review = self._reviewing.review
        if review is not None and self._approving.settle(review, Gate.RESPONSE, Reopen()):
            self._reviewing.edits(review).by_hand = False
            self._pane.review_panel.tab = "request"

    def answer_by_hand(self) -> None:
        """Let the person be the model, or no longer."""
        review = self._reviewing.review
        if review is None:
            return
        edits = self._reviewing.edits(review)
        edits.by_hand = not edits.by_hand
        panel = self._pane.review_panel
        panel.tab = "response" if edits.by_hand or review.phase is Phase.RESPONSE else "request"
        self._view.show_item()
        if edits.by_hand:
            self._pane.look_at_text()


def _what_next(inquiry: Inquiry) -> str:
    return "Say now whether you agree." if inquiry.phase.is_open else ""

"""Holds the commands that decide ahead: a rule made of what is selected, and refusing all that one server asks."""

from functools import partial

from ...backend import Backend
from ...config.policy.rules import RuleSettings
from ...frontend.policy.making import hold, problems_with, proposed_rule, waiting_that_fits
from ...frontend.policy.rule_text import read_text, with_rule
from ...frontend.presentation.format import counted
from ...frontend.queue.batch import Batch
from ...frontend.review.reviewing import Reviewing
from ...sampling.decision import Reject, Settle
from ...sampling.inquiry import Inquiry, Reply, UrlElicitation
from ...sampling.item import Item
from ...sampling.phase import Gate, Phase
from ...sampling.review import Review
from ..port import AppPort
from .drafts import Drafts
from .view import InboxView
from .widgets.selected_pane import SelectedPane


class DecidingAhead:
    """What can be decided about more than what is selected."""

    def __init__(
        self,
        backend: Backend,
        reviewing: Reviewing,
        batch: Batch,
        drafts: Drafts,
        pane: SelectedPane,
        view: InboxView,
        port: AppPort,
    ) -> None:
        self._backend = backend
        self._reviewing = reviewing
        self._drafts = drafts
        self._batch = batch
        self._pane = pane
        self._view = view
        self._port = port

    # --- rules ---

    def why_not_rule(self) -> str:
        """Return why no rule can be made of what is selected."""
        item = self._reviewing.item
        if isinstance(item, Inquiry) and isinstance(item.asked, UrlElicitation):
            return "A page is for a person to visit: no rule answers it."
        return "" if self._backend.desk.judge.has_rules else "Nothing is decided by rule here."

    def make_rule(self) -> None:
        """Show a rule that would decide what is selected, to be widened or narrowed."""
        if (item := self._reviewing.item) is not None:
            self._port.begin(self._make_rule(item), "rule")

    async def _make_rule(self, item: Review | Inquiry) -> None:
        from ..dialogs.rule import MakeRule

        text = await proposed_rule(self._backend, item, self._pane.proposal())
        problems = partial(problems_with, self._backend)
        held = await self._port.answer_to(MakeRule(text, problems, self._port.configuration.why_not()))
        if held is None:
            return
        where, text = held
        rule = read_text(text)
        if where == "session":
            await hold(self._backend, text)
        elif problem := await self._port.configuration.change(lambda before: with_rule(before, text)):
            self._port.say(problem, severity="error")
            return
        kept = "Held until the program ends" if where == "session" else "Written"
        waiting = self._what_still_waits(rule, await waiting_that_fits(self._backend, rule.name))
        self._port.say(f"{waiting}{kept}: {rule.name}")

    def _what_still_waits(self, rule: RuleSettings, fitting: list[int]) -> str:
        """Mark what waits and fits a new rule, since the person is still asked about it; returns that in words."""
        if not fitting:
            return ""
        marked = self._batch.mark(fitting)
        self._view.show_queue()
        one = len(fitting) == 1
        that = "that it denies" if rule.effect == "deny" else f"that fit{'s' if one else ''}"
        words = f"{counted(len(fitting), 'request')} {that} still wait{'s' if one else ''}"
        return f"{words}; {self._port.key_of('decide-marked')} shows {marked}. " if marked > 1 else f"{words}. "

    # --- refusing all of one server ---

    def _of_its_server(self) -> list[Item]:
        item, desk = self._reviewing.item, self._backend.desk
        if item is None:
            return []
        return [one for one in desk.pending if one.origin.server == item.origin.server]

    def why_not_reject_all(self) -> str:
        """Return why there is nothing to refuse."""
        return "" if self._of_its_server() else "Nothing of this server waits."

    def reject_all(self) -> None:
        """Refuse everything that waits of the selected one's server, once that was said."""
        from ..dialogs.basic import Confirm

        items = self._of_its_server()
        question = f"Reject all that waits of {items[0].origin.server}: {counted(len(items), 'request')}?"
        if unsent := sum(bool(self._drafts.unsent(one)) for one in items):
            question += f" You have edited or filled in {unsent} of them; that is not sent, but kept as a draft."
        self._port.ask(Confirm(question, "reject all"), lambda yes: self._reject(items) if yes else None)

    def _reject(self, items: list[Item]) -> None:
        done = 0
        for one in items:
            gate, decision = _refusal(one)
            if self._backend.desk.settle(one.id, gate, decision):
                self._drafts.decided(one.id, decision)
                done += 1
        self._port.say(f"{done} rejected.")


def _refusal(item: Item) -> tuple[Gate, Reject | Settle]:
    if isinstance(item, Inquiry):
        return Gate.REQUEST, Settle(Reply("decline"))
    gate = Gate.REQUEST if item.phase is Phase.REQUEST else Gate.RESPONSE
    return gate, Reject("all that waited of this server was rejected")

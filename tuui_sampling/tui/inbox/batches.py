"""Holds the commands that mark requests or responses of one server and tool, and decide all that is marked at once."""

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...desk.desk import Desk
from ...desk.judging import look_ahead
from ...frontend.presentation.format import tool_words
from ...frontend.queue.batch import Batch, Part, compared, compared_responses
from ...frontend.review.approval_guard import HURRIED, NEW, Approving
from ...frontend.review.arming import Target
from ...frontend.review.proposal import Proposal, ask_models, proposal
from ...frontend.review.recipients import SENDS
from ...frontend.review.reviewing import Reviewing
from ...sampling.decision import Answer, Approve, Decision, Reject
from ...sampling.phase import Gate, Phase
from ...sampling.review import Review
from ..port import AppPort
from .drafts import Drafts
from .view import InboxView

if TYPE_CHECKING:
    from ..dialogs.batch import DecideTogether

REASON = "rejected together with others"

REFUSED = "refused"

_VERBS = {Gate.REQUEST: "send", Gate.RESPONSE: "return"}
_DONE = {Gate.REQUEST: "sent", Gate.RESPONSE: "returned"}


class Batches:
    """What can be decided about several requests at once: nothing that was not shown beside the others."""

    def __init__(
        self, reviewing: Reviewing, desk: Desk, batch: Batch, drafts: Drafts, view: InboxView, port: AppPort
    ) -> None:
        self._reviewing = reviewing
        self._drafts = drafts
        self._desk = desk
        self._view = view
        self._port = port
        self._batch = batch
        self._approving = Approving(desk, port.arming, port.say.why_not, port.terminal.later)

    def why_not_mark(self) -> str:
        """Return why the selected one can't be marked."""
        return self._batch.why_not(self._reviewing.item)

    def mark(self) -> None:
        """Mark the selected one, or take its mark back."""
        if (review := self._reviewing.review) is None:
            return
        self._batch.turn(self._reviewing.duplicates.sharing(review.id))
        count = len(self._batch.items)
        self._view.show_queue()
        key = self._port.key_of("decide-marked")
        more = f"1 marked; mark another one, and {key} shows them side by side."
        several = f"{count} marked; {key} shows them side by side."
        self._port.say(several if count > 1 else more if count else "Nothing is marked.")

    def why_not_decide(self) -> str:
        """Return why there is nothing to decide about."""
        enough = len(self._batch.items) > 1
        return "" if enough else f"Mark at least two requests first: {self._port.key_of('mark')}."

    def decide(self) -> None:
        """Show what is marked side by side, and ask what becomes of it."""
        from ..dialogs.batch import DecideTogether

        reviews = self._batch.items
        gate = _gate(reviews)
        proposals = [self._proposal(review) for review in reviews]
        for review, now in zip(reviews, proposals, strict=True):
            if why_not := self._why_not_one(review, now):
                self._port.say.why_not(f"#{review.id}: {why_not}")
                return
        differing, same = _compared(reviews, proposals)
        origin, what = reviews[0].origin, "requests" if gate is Gate.REQUEST else "responses"
        heading = f"{len(reviews)} {what} of {origin.server} › {tool_words(origin)}"
        target = Target(reviews[0].id, gate, _digest(proposals))

        def looked_at(more: bool) -> bool:
            arming, is_there = self._port.arming, self._port.terminal.has_written
            if is_there and more:
                arming.disarm()
            if is_there and arming.target != target:
                arming.painted(target)
            return is_there

        def decide(shown: "DecideTogether", send: bool) -> None:
            if not shown.is_seen:
                done = _DONE[gate] if send else REFUSED
                self._port.say.why_not(f"Not {done}: more stands below; page down shows it.")
            elif not send:
                self._refuse(shown, reviews)
            else:
                self._send(shown, reviews, target)

        names = [f"#{review.id}" for review in reviews]
        question = DecideTogether(
            heading,
            names,
            differing,
            same,
            verb=_VERBS[gate],
            looked_at=looked_at,
            decide=decide,
            key_of=self._port.key_of,
        )
        self._port.ask(question, lambda _: self._view.show_item())

    def _proposal(self, review: Review) -> Proposal:
        edits = self._reviewing.edits(review)
        if review.phase is Phase.RESPONSE:
            return proposal(review, edits, "response", ())
        request, server = self._reviewing.request(review), review.origin.server
        recipients = tuple(self._reviewing.addressee(name, request, server) for name in edits.models)
        return ask_models(review, edits, recipients)

    def _why_not_one(self, review: Review, now: Proposal) -> str:
        """Return why one of them can't be approved with the others."""
        if not isinstance(now.decision, Approve if review.phase is Phase.REQUEST else Answer):
            return now.obstacle or "It has no response that could be returned."
        if now.warnings:
            return f"{now.warnings[0]}. Decide it by itself."
        shared = review.phase is Phase.RESPONSE and self._reviewing.edits(review).together
        return "It is for identical requests as well: decide it by itself." if shared else ""

    def _send(self, shown: "DecideTogether", reviews: list[Review], target: Target) -> None:
        gate = target.gate
        done = _DONE[gate]

        def send() -> None:
            waiting = {review.id for review in self._batch.items}
            proposals = [self._proposal(review) for review in reviews]
            if not waiting.issuperset(review.id for review in reviews) or _digest(proposals) != target.digest:
                self._port.say.why_not(f"None was {done}: one of them has changed, or waits no longer. Look again.")
                return
            shown.dismiss(None)
            self._port.arming.disarm()
            decisions = [now.decision for now in proposals if now.decision is not None]
            self._port.begin(self._settle(list(zip(reviews, decisions, strict=True)), gate), "send marked")

        too_small = self._port.terminal.too_small
        self._approving.when_sure(reviews[0], gate, send, too_small=too_small, called=done, digest=target.digest)

    async def _settle(self, decided: Sequence[tuple[Review, Decision]], gate: Gate) -> None:
        """Decide as was approved, unless a rule denies one of them."""
        done = _DONE[gate]
        for review, decision in decided:
            if denied := (await look_ahead(self._desk, review, decision)).denied:
                self._port.say.why_not(f"None was {done}: of #{review.id}, {denied}.")
                return
        settled = [one for one in decided if self._desk.settle(one[0].id, gate, one[1])]
        self._decided(settled)
        self._port.say(f"{len(settled)} {done}.")

    def _refuse(self, shown: "DecideTogether", reviews: list[Review]) -> None:
        if not self._port.arming.is_meant(self._port.arming.press):
            self._port.say.why_not(f"Not {REFUSED}: {HURRIED}")
            return
        if not self._port.arming.is_seen:
            self._port.say.why_not(f"Not {REFUSED}: {NEW}")
            return
        shown.dismiss(None)
        gate, reject = _gate(reviews), Reject(REASON)
        rejected = [(review, reject) for review in reviews if self._desk.settle(review.id, gate, reject)]
        self._decided(rejected)
        self._port.say(f"{len(rejected)} rejected.")

    def _decided(self, settled: Sequence[tuple[Review, Decision]]) -> None:
        for review, decision in settled:
            if isinstance(decision, Answer | Reject):
                self._drafts.decided(review.id, decision)
        self._reviewing.listing.marked.clear()


def _gate(reviews: Sequence[Review]) -> Gate:
    return Gate.RESPONSE if reviews and reviews[0].phase is Phase.RESPONSE else Gate.REQUEST


def _compared(reviews: Sequence[Review], proposals: Sequence[Proposal]) -> tuple[list[Part], list[Part]]:
    effects = [now.effect for now in proposals]
    answers = [now.decision.response for now in proposals if isinstance(now.decision, Answer)]
    if answers:
        return compared_responses([review.outbound for review in reviews], answers, effects)
    recipients = [effect.removeprefix(SENDS) for effect in effects]
    return compared([now.decision.request for now in proposals if isinstance(now.decision, Approve)], recipients)


def _digest(proposals: list[Proposal]) -> str:
    return hashlib.sha256(" ".join(now.digest for now in proposals).encode()).hexdigest()

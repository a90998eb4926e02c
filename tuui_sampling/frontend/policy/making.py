"""Makes a rule of what is selected, says what is wrong with its text, and holds it."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from ...backend import Backend
from ...config.problems import ConfigError
from ...desk.judging import facts_of, facts_of_inquiry, prepare
from ...policy.dead_rules import dead_rules
from ...policy.fingerprint import fingerprint
from ...policy.verdict import Verdict
from ...sampling.decision import Approve, Settle
from ...sampling.inquiry import Inquiry
from ...sampling.phase import Phase
from ...sampling.review import Review
from ..review.proposal import Proposal
from .rule_text import SESSION, read_text, rule_text


async def proposed_rule(backend: Backend, item: Review | Inquiry, proposal: Proposal) -> str:
    """
    Return the text of a rule that would decide what is selected.

    Args:
        proposal: What approving would do now: its model, its request, its answer.
    """
    desk, server = backend.desk, backend.settings.servers.get(item.origin.server)
    answer: Mapping[str, Any] | None = None
    if isinstance(item, Inquiry):
        facts = facts_of_inquiry(desk, item)
        reply = proposal.decision.reply if isinstance(proposal.decision, Settle) else None
        accepts = reply is not None and reply.action == "accept"
        answer = {"action": "accept", "content": dict(reply.content or {})} if reply and accepts else None
        answer = answer or {"action": "decline"}
    else:
        approval = proposal.decision if isinstance(proposal.decision, Approve) else None
        request, model = (approval.request, approval.model) if approval else (item.outbound, None)
        facts = facts_of(desk, item, request, "request", model)
    facts.standing = await desk.record.standing(item.origin.server)
    known = await asyncio.to_thread(fingerprint, server) if server is not None else ""
    names = {rule.name for rule in backend.rules_in_force}
    return await asyncio.to_thread(rule_text, facts, names, known, answer)


def problems_with(backend: Backend, text: str) -> str:
    """Return what is wrong with the text of a rule: it can't be read, its name is taken, or it can match nothing."""
    try:
        rule = read_text(text)
    except ConfigError as error:
        return "\n".join(
            " ".join(part for part in (f"line {one.line}:" if one.line else "", one.message) if part)
            for one in error.problems
        )
    others = backend.rules_in_force
    if any(rule.name == other.name for other in others):
        return "another rule has this name already"
    found = dead_rules(backend.settings, (*others, rule), datetime.now().date())
    return next((f"it can match nothing: {one.reason}" for one in found if one.rule is rule), "")


async def hold(backend: Backend, text: str) -> str:
    """Judge by the rule of a text until the program ends; returns its name."""
    rule = replace(read_text(text), source=SESSION)
    await backend.hold(rule)
    return rule.name


async def waiting_that_fits(backend: Backend, name: str) -> list[int]:
    """Return the requests that wait for the person, and that a rule would have decided about had it held before."""
    desk, found = backend.desk, []
    for review in [one for one in desk.reviews.values() if one.phase is Phase.REQUEST]:
        facts = facts_of(desk, review, review.outbound, "request")
        await prepare(desk, facts)
        judgement = desk.judge(facts)
        if judgement.rule == name and judgement.verdict is not Verdict.ASK:
            found.append(review.id)
    return found

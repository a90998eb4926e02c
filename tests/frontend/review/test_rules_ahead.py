"""What rules make of a decision is asked once for what is proposed, and told when it is known."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.desk.test_judging import allow, deny
from tests.frontend.review.test_proposal import edits, review
from tests.support.desks import approve, office
from tests.support.models.scripted_models import ScriptedProvider
from tuui_sampling.frontend.review.proposal import Proposal, proposal
from tuui_sampling.frontend.review.rules_ahead import RulesAhead
from tuui_sampling.policy.rules import Rules
from tuui_sampling.sampling.phase import Gate, Phase


async def test_what_is_known_is_told_with_what_is_proposed(tmp_path: Path) -> None:
    asked: list[Coroutine[Any, Any, None]] = []
    told: list[str] = []
    async with office(tmp_path, ScriptedProvider(), judge=Rules([])) as place:
        waiting = place.ask()
        one = await place.at(Phase.REQUEST)
        now = Proposal(Gate.REQUEST, approve(one), "sends it", digest="1")
        rules = RulesAhead(place.desk, asked.append, lambda: told.append("news"))
        assert rules.told(one, now, "^G") is now and not asked, "without rules nothing is asked"
        place.desk.judge = Rules([deny("not now")])
        assert rules.told(one, now, "^G") is now, "it is not known yet"
        assert rules.told(one, now, "^G") is now and len(asked) == 1, "it is asked once"
        await asked.pop()
        assert told == ["news"]
        refused = rules.told(one, now, "^G")
        assert (refused.decision, refused.obstacle) == (None, '^G is refused: the rule "not now" denies this.')
        edited = replace(now, digest="2")
        assert rules.told(one, edited, "^G").decision is None, "of what was edited it holds until more is known"
        late = asked.pop()
        place.desk.judge = Rules([allow("the rest", max_tokens=1_000)])
        rules.told(one, edited, "^G")
        await late
        assert told == ["news"], "what was asked before counts no more"
        await asked.pop()
        assert rules.told(one, edited, "^G").effect == 'sends it; the rule "the rest" may return the response unseen'
        nothing = proposal(one, edits(review(Phase.DELIVERED)), "raw", ())
        assert rules.told(one, nothing, "^G") is nothing
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

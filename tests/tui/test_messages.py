"""Changes are gathered: what is to be told of a flood comes at once for the first, and in one sentence for the rest."""

import asyncio
from dataclasses import replace

from tests.frontend.policy.test_notices import PASSED, review
from tests.support.desks import eventually
from tests.support.turns import ANSWER, in_turns_of_an_answer
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.sampling.review import Outcome
from tuui_sampling.tui.messages import Changes, ReviewsChanged, RunsChanged, ServersChanged


async def test_news_of_a_flood_are_few() -> None:
    told: list[str] = []
    changed: list[ReviewsChanged | ServersChanged | RunsChanged] = []
    changes = Changes(changed.append, told.append)
    changes.note(review(1, request=PASSED))
    await eventually(lambda: told)
    for number in range(2, 100):
        changes.note(review(number, request=PASSED))
    changes.news._flush()  # the interval is over
    await eventually(lambda: len(told) > 1)
    assert told == [
        "#1 notes › summarize passed by rule: the nightly digest",
        "98 requests, #2 to #99, passed by rule: the nightly digest",
    ]
    await eventually(lambda: changed)
    changes.close()


async def test_a_change_is_told_after_what_servers_wait_for() -> None:
    answered: list[bool] = []
    changes = Changes(lambda _: answered.append(answer.done()), lambda _: None)
    changes.servers.add("one")
    changes.servers._flush()  # as the loop does
    answer = in_turns_of_an_answer()
    await eventually(lambda: answered)
    assert answered == [True]
    changes.servers._flush()
    for another in ("another", "a third, while that one waits"):
        changes.servers.add(another)
        changes.servers._flush()
    changes.close()
    for _turn in range(2 * ANSWER):
        await asyncio.sleep(0)
    assert answered == [True]


async def test_what_a_server_takes_with_it_when_it_ends_is_told_in_one_sentence() -> None:
    told: list[str] = []
    changes = Changes(lambda _: None, told.append)
    for number in range(1, 52):
        gone = review(number)
        gone.origin = replace(gone.origin, server="letters" if number < 50 else "mail")
        gone.phase, gone.outcome = Phase.WITHDRAWN, Outcome(Phase.WITHDRAWN, reason="it was ended by SIGKILL")
        changes.note(gone)
        changes.note(gone)
        await asyncio.sleep(0)  # they do not come within one step of the loop
    await eventually(lambda: told)
    assert told == [
        "letters: it was ended by SIGKILL. 49 requests that waited are withdrawn, #1 to #49",
        "mail: it was ended by SIGKILL. 2 requests that waited are withdrawn, #50 to #51",
    ]
    changes.close()

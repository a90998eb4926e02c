"""Changes are gathered: what is to be told of a flood comes at once for the first, and in one sentence for the rest."""

from tests.frontend.policy.test_notices import PASSED, review
from tests.support.desks import eventually
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
    assert told == [
        "#1 notes › summarize passed by rule: the nightly digest",
        "98 requests, #2 to #99, passed by rule: the nightly digest",
    ]
    await eventually(lambda: changed)
    changes.close()

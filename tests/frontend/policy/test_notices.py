"""What is told of rules that notify and of limits that were reached: once for each, a flood in one sentence."""

from tests.support.desks import ORIGIN, request
from tests.support.history_entries import NOON
from tuui_sampling.frontend.policy.notices import Notices, decided_words, follower_words, sentences
from tuui_sampling.frontend.review.consequences import effect_lines
from tuui_sampling.frontend.review.proposal import Proposal
from tuui_sampling.sampling.item import Decided
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.sampling.review import Outcome, Review

PASSED = Decided("the nightly digest", passed=True, notify=True)
LIMIT = Decided("rate limit: at most 2 requests a minute", passed=False, notify=True, is_limit=True)


def review(number: int, **decided: Decided) -> Review:
    """Return a request about which rules have decided."""
    asked = request()
    made = Review(id=number, key=f"s-{number}", origin=ORIGIN, arrived=0, arrived_at=NOON, asked=asked, outbound=asked)
    made.decided = {Gate(gate): one for gate, one in decided.items()}
    return made


def test_each_is_told_once_also_where_it_passed_both_gates() -> None:
    notices, one = Notices(), review(1, request=PASSED, response=PASSED)
    assert sentences(notices.of(one)) == ["#1 notes › summarize passed by rule: the nightly digest"]
    assert notices.of(one) == []
    assert notices.of(review(2, request=Decided("quiet", passed=True))) == []


def test_a_flood_is_one_sentence_for_each_rule_and_limit() -> None:
    notices = Notices()
    found = [news for number in range(1, 6) for news in notices.of(review(number, request=PASSED))]
    found += notices.of(review(9, request=LIMIT))
    assert sentences(reversed(found)) == [
        "5 requests, #1 to #5, passed by rule: the nightly digest",
        "#9 notes › summarize refused by a limit: rate limit: at most 2 requests a minute",
    ]


def test_what_has_ended_names_its_rule_once_and_how_many_more_a_limit_refused() -> None:
    def end(item: Review, outcome: Outcome) -> str:
        item.phase, item.outcome = outcome.phase, outcome
        return effect_lines(item, Proposal(Gate.REQUEST, None, ""), [], str).split("\n")[0]

    passed, limited = review(1, request=PASSED), review(2, request=LIMIT)
    denied, limited.followers = review(3, request=Decided("never", passed=False)), 7
    assert end(passed, Outcome(Phase.DELIVERED, model="m")).endswith("response of m · by rule: the nightly digest")
    assert (
        end(denied, Outcome(Phase.REJECTED, Gate.REQUEST, reason="rule: never"))
        == "rejected: no model was asked; rule: never"
    )
    assert end(limited, Outcome(Phase.REJECTED, Gate.REQUEST, reason=LIMIT.rule)).endswith(
        "a minute · 7 more refused since"
    )
    assert (decided_words(limited), follower_words(passed)) == ("", "")

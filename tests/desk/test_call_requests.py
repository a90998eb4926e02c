"""One call of ours may cause so many requests and no more, whether or not they are turns of tool loops."""

from pathlib import Path

import pytest

from tests.support.desks import ORIGIN, office
from tests.support.models.scripted_models import ScriptedProvider, answer
from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.desk import call_requests
from tuui_sampling.desk.call_requests import CallRequests
from tuui_sampling.desk.record_rows import call_json
from tuui_sampling.frontend.queue.order import call_words
from tuui_sampling.policy.verdict import Verdict
from tuui_sampling.sampling.errors import ModelError, ModelErrorKind
from tuui_sampling.sampling.origin import OfCall, Origin
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.sampling.wire_errors import MODEL_FAILED
from tuui_sampling.servers.inbound.translate import reply

TOOL = {"name": "add", "inputSchema": {"type": "object"}}


def of(call: int | None, server: str = "everything") -> Origin:
    """Return the origin of a request that this call has caused."""
    return Origin(server, "2025-11-25", tool="add", call=call)


def test_requests_are_counted_by_their_call() -> None:
    requests = CallRequests(lambda server: 3)
    assert [requests.join(of(1)), requests.join(of(2)), requests.join(of(1))] == [
        OfCall(1, 3),
        OfCall(1, 3),
        OfCall(2, 3),
    ]
    assert requests.join(of(1, "other")) == OfCall(1, 3)
    assert requests.join(of(None)) is None


def one_of(*calls: int, server: str = ORIGIN.server) -> Origin:
    """Return the origin of a request that one of these calls has caused."""
    return Origin(server, "2025-11-25", among=calls)


ALONE = of(1, ORIGIN.server)
SEVERAL: dict[str, tuple[list[Origin], str]] = {
    "two at once": ([one_of(1, 2)] * 5, "1/4 2/4 3/4 4/4 5/4"),
    "three at once": ([one_of(1, 2, 3)] * 7, "1/6 2/6 3/6 4/6 5/6 6/6 7/6"),
    "one asks alone first": ([ALONE] * 3 + [one_of(1, 2)] * 3, "1/2 2/2 3/2 3/4 4/4 5/4"),
    "one goes on alone": ([one_of(1, 2)] * 4 + [ALONE] * 2, "1/4 2/4 3/4 4/4 3/2 3/2"),
    "another joins": ([one_of(1, 2)] * 4 + [one_of(1, 2, 3)] * 3, "1/4 2/4 3/4 4/4 5/6 6/6 7/6"),
    "of other servers": ([one_of(1, 2), one_of(1, 2, server="other")] * 2, "1/4 1/4 2/4 2/4"),
}


@pytest.mark.parametrize("case", SEVERAL)
def test_several_calls_at_once_cause_no_more_than_each_of_them_may(case: str) -> None:
    origins, places = SEVERAL[case]
    requests = CallRequests(lambda server: 2)
    found = [requests.join(origin) for origin in origins]
    assert [f"{one.number}/{one.most}" for one in found if one is not None] == places.split()


def test_old_calls_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call_requests, "MAX_CALLS", 2)
    requests = CallRequests(lambda server: 3)
    for call in (1, 2, 3):
        requests.join(of(call))
    assert requests.join(of(3)) == OfCall(2, 3)
    assert requests.join(of(1)) == OfCall(1, 3)


async def test_a_call_that_goes_on_asking_is_refused(tmp_path: Path) -> None:
    servers = {ORIGIN.server: ServerSettings(ORIGIN.server, max_requests_per_call=2)}
    model = ScriptedProvider(answer("yes"))
    async with office(tmp_path, model, verdict=Verdict.PASS, servers=servers) as place:
        ends = [await place.ask(f"{number}", of(7, ORIGIN.server), tools=[TOOL]) for number in range(3)]
        other = await place.ask("again", of(8, ORIGIN.server), tools=[TOOL])
    assert [end.phase for end in ends] == [Phase.DELIVERED, Phase.DELIVERED, Phase.REJECTED]
    assert ends[2].reason == "the call reached its limit of 2 requests (max_requests_per_call)"
    assert other.phase is Phase.DELIVERED


async def test_so_are_several_calls_that_go_on_asking(tmp_path: Path) -> None:
    servers = {ORIGIN.server: ServerSettings(ORIGIN.server, max_requests_per_call=2)}
    async with office(tmp_path, ScriptedProvider(answer("yes")), verdict=Verdict.PASS, servers=servers) as place:
        ends = [await place.ask(f"{number}", one_of(7, 8)) for number in range(5)]
        alone = await place.ask("again", of(7, ORIGIN.server))
        places = [review.of_call for review in place.desk.reviews.values() if review.of_call]
    assert [end.phase for end in ends] == [Phase.DELIVERED] * 4 + [Phase.REJECTED]
    assert ends[4].reason == "the 2 calls under way reached their limit of 4 requests (max_requests_per_call)"
    assert alone.phase is Phase.REJECTED
    assert call_words(places[1]) == "request 2 from 2 calls, of at most 4"
    assert call_json(places[1]) == {"number": 2, "most": 4, "calls": 2}
    assert call_json(places[5]) == {"number": 3, "most": 2}


LOOKED_FOR = {
    ModelErrorKind.RATE_LIMITED: "rate limit",
    ModelErrorKind.OVERLOADED: "overloaded",
    ModelErrorKind.UNKNOWN_MODEL: "no model",
    ModelErrorKind.AUTHENTICATION: "no model",
    ModelErrorKind.CONFIGURATION: "no model",
    ModelErrorKind.TOO_LONG: "too long",
    ModelErrorKind.TIMEOUT: "timeout",
    ModelErrorKind.NO_BUDGET: "quota",
}


@pytest.mark.hostile(68)
@pytest.mark.parametrize("kind", ModelErrorKind)
async def test_a_server_finds_the_words_that_it_looks_for_and_none_of_the_providers(
    tmp_path: Path, kind: ModelErrorKind
) -> None:
    error = ModelError(kind, "provider.example says: secret words", is_transient=False)
    async with office(tmp_path, ScriptedProvider((error,)), verdict=Verdict.PASS) as place:
        outcome = await place.ask()
        review = next(iter(place.desk.reviews.values()))
    assert (outcome.phase, outcome.failure) == (Phase.FAILED, kind)
    sent = reply(outcome, review.asked)
    assert (sent.code, sent.message) == (-32603, MODEL_FAILED[kind].message)  # type: ignore[union-attr]
    assert LOOKED_FOR.get(kind, "") in MODEL_FAILED[kind].message
    assert "secret" not in MODEL_FAILED[kind].message


async def test_without_any_model_a_server_hears_that_there_is_none(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(()), verdict=Verdict.PASS, selection=None) as place:
        outcome = await place.ask()
    assert outcome.failure is ModelErrorKind.CONFIGURATION

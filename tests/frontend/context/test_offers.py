"""What may be added is listed with its size, and nothing of a server that is not to be asked."""

from collections.abc import Sequence
from typing import Any

import pytest

from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.desk.invocations import Run, Runs
from tuui_sampling.frontend.context.attached import CannotAttach
from tuui_sampling.frontend.context.offers import MAX_RESULTS, Offer, offers_of, read
from tuui_sampling.sampling.request import TextBlock
from tuui_sampling.servers.state.primitives import Offered, PromptResult, Resource
from tuui_sampling.servers.state.server import Server, ServerState, ToolResult


def server(**settings: Any) -> Server:
    """Return a server that is up."""
    resources = (
        Resource("notes://a", "a", "The first", size=4_000),
        Resource("notes://b", "b"),
        Resource("", "c", problem="it has no URI"),
    )
    return Server(
        ServerSettings("notes", "x", **settings),
        state=ServerState.READY,
        instructions="Be kind.",
        offered=Offered(resources=resources),
    )


def run(number: int, name: str = "notes", result: Any = None, text: str = "done") -> Run:
    """Return a call that has ended."""
    return Run(number, name, "search", {}, result=result or ToolResult(({"type": "text", "text": text},), False))


def words(offers: Sequence[Offer]) -> list[str]:
    return [f"{one.source} · {one.size_words}" for one in offers]


def test_all_that_may_be_added_is_listed_with_its_size() -> None:
    runs = [run(1), run(2, "other"), run(3, result=PromptResult(())), run(4, text="x" * 400)]
    assert words(list(offers_of(server(), runs))) == [
        "instructions of notes · 8 B · ≈ 2 tokens",
        "resource notes://a of notes · 3.9 KB · ≈ 1,000 tokens",
        "resource notes://b of notes · size not known",
        "result of search of notes · 400 B · ≈ 100 tokens",
        "result of search of notes · 4 B · ≈ 1 tokens",
    ]


def test_only_the_latest_results_are_listed() -> None:
    listed = [one.run for one in offers_of(server(), [run(number) for number in range(1, 40)]) if one.kind == "result"]
    assert listed == list(range(39, 39 - MAX_RESULTS, -1))


def test_a_server_that_is_never_asked_offers_nothing() -> None:
    assert list(offers_of(server(context="never"), [run(1)])) == []


def test_of_a_server_that_is_down_what_is_known_is_left() -> None:
    down = server()
    down.state = ServerState.STOPPED
    assert [one.kind for one in offers_of(down, [run(1)])] == ["instructions", "result"]


@pytest.mark.parametrize(
    ("typed", "found"), [("", 5), ("notes://a", 1), ("FIRST", 1), ("search result", 2), ("zzz", 0)]
)
def test_the_list_can_be_searched(typed: str, found: int) -> None:
    offers = list(offers_of(server(), [run(1), run(2)]))
    assert sum(one.matches(typed.casefold().split()) for one in offers) == found


class Supervised:
    """Holds servers, as the supervisor does."""

    def __init__(self, *servers: Server) -> None:
        """Hold these."""
        self.servers = {one.name: one for one in servers}


async def test_what_was_picked_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    supervisor: Any = Supervised(server())
    runs = Runs(supervisor)
    runs.runs = {4: run(4, text="found")}
    (told,) = await read(Offer("notes", "instructions"), supervisor, runs)
    assert told.block == TextBlock("[instructions of notes]\nBe kind.")
    (found,) = await read(Offer("notes", "result", "search", run=4), supervisor, runs)
    assert (found.source, found.block) == ("result of search of notes", TextBlock("[result of search of notes]\nfound"))


@pytest.mark.parametrize(
    ("offer", "settings", "reason"),
    [
        (Offer("notes", "result", "search", run=9), {}, "not kept"),
        (Offer("gone", "instructions"), {}, "no longer configured"),
        (Offer("notes", "instructions"), {"context": "never"}, "never"),  # the configuration was read again meanwhile
    ],
)
async def test_what_can_not_be_read_says_why(offer: Offer, settings: dict[str, Any], reason: str) -> None:
    supervisor: Any = Supervised(server(**settings))
    with pytest.raises(CannotAttach) as caught:
        await read(offer, supervisor, Runs(supervisor))
    assert reason in caught.value.reason

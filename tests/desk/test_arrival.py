"""What is held back or refused at a server's door is in the record, too."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.desks import (
    ORIGIN,
    WITHDRAWN,
    Office,
    backend,
    call,
    eventually,
    kinds,
    office,
    recorded,
    request,
    server_settings,
)
from tests.support.models.scripted_models import ScriptedProvider, answer
from tests.support.supervised import PUPPET, cancelled, sampling
from tuui_sampling.backend import Backend
from tuui_sampling.desk.desk import Desk
from tuui_sampling.history.ledger import Entry, Kind, Ledger
from tuui_sampling.sampling.decision import Reject
from tuui_sampling.sampling.errors import Refusal, RequestRefused
from tuui_sampling.sampling.inquiry import FormElicitation
from tuui_sampling.sampling.phase import Phase


class Gate:
    """A door that holds one thing back until the test says what becomes of it."""

    def __init__(self) -> None:
        self.decided: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def __call__(self, held: Callable[[], None]) -> None:
        """Hold back."""
        held()
        await self.decided


async def stories(ledger: Ledger) -> list[list[Entry]]:
    """Return the whole record, oldest first."""
    return [await ledger.entries(one.review) for one in reversed(await ledger.search(limit=2000))]


def held_back(place: Office) -> tuple[Gate, "asyncio.Task[object]"]:
    """Let a request arrive at a door that is shut."""
    gate = Gate()
    return gate, asyncio.create_task(place.desk.ask(request("hello"), ORIGIN, lambda: WITHDRAWN, gate))


async def test_what_was_held_back_is_recorded_from_its_arrival(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("x"))) as place:
        gate, asking = held_back(place)
        await eventually(lambda: recorded(place.path, "held back") == 1)
        assert (place.desk.items, len(place.desk.held)) == ([], 1)
        gate.decided.set_result(None)
        review = await place.at(Phase.REQUEST)
        assert not place.desk.held
        place.settle(review, Reject("no"))
        await asking
        assert kinds(await place.rows(review)) == ["received", "held back", "let in", "rejected"]


@pytest.mark.parametrize(
    ("how", "kind", "reason"), [("cancel", Kind.WITHDRAWN, WITHDRAWN), ("mute", Kind.REFUSED, "it is muted")]
)
async def test_what_ends_while_it_is_held_back_is_recorded(tmp_path: Path, how: str, kind: Kind, reason: str) -> None:
    async with office(tmp_path, ScriptedProvider(answer("x"))) as place:
        gate, asking = held_back(place)
        await eventually(lambda: place.desk.held)
        if how == "cancel":
            asking.cancel()
        else:
            gate.decided.set_exception(RequestRefused(Refusal.MUTED))
        await asyncio.wait((asking,))
        assert (place.desk.items, place.desk.held) == ([], set())
        await place.ledger.aclose()
        ((received, held, end),) = await stories(place.ledger)
        assert (received.data["params"]["messages"][0]["content"]["text"], held.kind) == ("hello", Kind.HELD)
        assert (end.kind, end.data["reason"]) == (kind, reason)


async def test_a_question_that_is_refused_is_recorded_as_what_it_is(tmp_path: Path) -> None:
    async def refuse(held: Callable[[], None]) -> None:
        raise RequestRefused(Refusal.TOO_MANY)

    async with office(tmp_path, ScriptedProvider(answer("x"))) as place:
        asked = FormElicitation("Which colour?", {"type": "object"})
        with pytest.raises(RequestRefused):
            await place.desk.inquire(asked, ORIGIN, lambda: WITHDRAWN, refuse)
        await place.ledger.aclose()
        (found,) = await place.ledger.search("refused colour form rate limit")
        assert (found.outcome, found.tool) == (Kind.REFUSED, "summarize")


# --- a real server ---


async def say(opened: Backend, *lines: str) -> None:
    """Have the puppet write lines."""
    await call(opened, "puppet", "say", before=list(lines))


async def test_a_muted_server_leaves_a_row_for_each_request(tmp_path: Path) -> None:
    async with backend(tmp_path, server_settings("puppet", PUPPET)) as opened:
        opened.supervisor.mute("puppet", True)
        roots = '{"jsonrpc":"2.0","id":"r","method":"roots/list"}'
        page = (
            '{"jsonrpc":"2.0","id":"p","method":"elicitation/create",'
            '"params":{"mode":"url","message":"Go","url":"https://example.com/x"}}'
        )
        long = sampling(2, "long " * 20_000)
        await say(opened, sampling(1, "a secret plan"), roots, page, long)
        await eventually(lambda: recorded(tmp_path / "record.sqlite3", "refused") == 4)
        told = await stories(opened.ledger)
        assert [kinds(rows) for rows in told] == [["received", "refused"]] * 4
        assert [rows[1].data for rows in told] == [{"reason": "it is muted", "count": 1}] * 4
        assert [rows[0].data.get("kind") for rows in told] == [None, "roots", "page to visit", None]
        assert "params" not in told[3][0].data
        assert len(told[3][0].data["raw"]) == 64 * 1024
        assert told[0][0].data["tool"] == "say"
        (found,) = await opened.ledger.search("refused muted secret plan")
        assert (found.outcome, found.server, found.prompt) == (Kind.REFUSED, "puppet", "a secret plan")
        assert len(await opened.ledger.search("example.com/x")) == 1


async def test_what_a_paused_server_asks_is_recorded_while_it_is_held_back(tmp_path: Path) -> None:
    async with backend(tmp_path, server_settings("puppet", PUPPET)) as opened:
        server = opened.supervisor.servers["puppet"]
        opened.supervisor.pause("puppet", True)
        await say(opened, *(sampling(number, f"prompt {number}") for number in (1, 2)))
        await eventually(lambda: server.held == 2)
        await say(opened, cancelled(1))
        await eventually(lambda: server.held == 1)
        opened.supervisor.pause("puppet", False)
        await eventually(lambda: opened.desk.pending)
        await eventually(lambda: recorded(tmp_path / "record.sqlite3", "let in") == 1)
        first, second = await stories(opened.ledger)
        assert kinds(first) == ["received", "held back", "withdrawn"]
        assert first[-1].data["reason"] == "the server cancelled it"
        assert kinds(second) == ["received", "held back", "let in"]


async def test_a_flood_shares_a_row_that_counts_it_and_the_end_loses_none(tmp_path: Path) -> None:
    async with backend(tmp_path, server_settings("puppet", PUPPET)) as opened:
        server = opened.supervisor.servers["puppet"]
        opened.supervisor.mute("puppet", True)
        await say(opened, *(sampling(number) for number in range(1000)))
        await eventually(lambda: server.refused == 1000)
        desk: Desk = opened.desk
    rows = [row for story in await stories(opened.ledger) for row in story if row.kind is Kind.REFUSED]
    assert sum(row.data["count"] for row in rows) == 1000
    assert len(rows) < 1000
    assert [row.data["count"] for row in rows[:100]] == [1] * 100
    assert desk.items == []

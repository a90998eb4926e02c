"""A malformed request in the Inbox: shown as text with its place and value, rejected or refused as invalid."""

import json
from pathlib import Path

from tests.scenes.hostile.test_floods import say
from tests.support.full_request import params
from tests.support.screens.app import screen_text, settings_for
from tests.support.screens.person import result_text, seated
from tests.support.supervised import PUPPET, sampling
from tuui_sampling.sampling.phase import Phase

LONG = "word " * 6_000
WHERE = "messages: expected a list, got a number"


def bad(identifier: str, text: str) -> str:
    """Return a request that breaks the specification, with hidden characters beside."""
    return sampling(identifier, params=params(messages=text, systemPrompt="\u202e be brief\x1b[2J"))


async def test_it_is_let_in_by_hand_looked_at_and_refused_in_both_ways(tmp_path: Path) -> None:
    async with seated(tmp_path, settings_for(one=PUPPET)) as desk:
        server = desk.backend.supervisor.servers["one"]
        await desk.press("f2", "L", "2")
        assert server.lets_in_malformed
        await desk.until(lambda: "malformed requests are let in" in screen_text(desk.app))
        await desk.press("f1")
        await say(desk.backend, "one", bad("a", "short"), bad("b", LONG))
        await desk.until(lambda: len(desk.backend.desk.inquiries) == 2)
        await desk.until(lambda: "it breaks the specification here" in screen_text(desk.app))
        first, second = desk.backend.desk.inquiries.values()
        await desk.until(lambda: "messages: expected a list, got 'short'" in screen_text(desk.app))
        shown = screen_text(desk.app)
        assert "it can only be refused" in shown
        assert "sends -1 · D refuses it as invalid: sends -32602" in shown
        assert "\u202e" not in shown
        await desk.look()
        await desk.press("ctrl+g", "e")
        assert [one.phase for one in (first, second)] == [Phase.REQUEST] * 2, "there is no yes"
        await desk.look()
        await desk.press("ctrl+r")
        await desk.until(lambda: first.phase is Phase.DELIVERED)
        await desk.until(lambda: desk.inbox.reviewing.selected == second.id)
        await desk.until(lambda: "messages: expected a list, got 'word word" in screen_text(desk.app))
        await desk.look()
        await desk.press("D")
        await desk.until(lambda: second.phase is Phase.DELIVERED)
        await desk.press("f2", "L")
        assert not server.lets_in_malformed
        run = desk.backend.runs.start("one", "heard", {})
        await desk.until(lambda: run.ended is not None)
        heard = [json.loads(line) for line in json.loads(result_text(run))]
        errors = {one["id"]: one["error"]["code"] for one in heard if "error" in one}
        assert errors == {"a": -1, "b": -32602}

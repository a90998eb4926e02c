"""The Policy screen, and rules made of decisions: held, written down, edited at their line, revoked."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.support.full_request import params, user
from tests.support.screens.app import NARROW, WIDE, is_possible, screen_text, wait_until
from tuui_sampling.backend import Backend, open_backend
from tuui_sampling.config.load import load
from tuui_sampling.config.policy.rules import RuleSettings
from tuui_sampling.frontend.reloading import Reloading
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.sampling.review import Outcome
from tuui_sampling.sampling.wire import parse_request
from tuui_sampling.tui.app import TuuiApp
from tuui_sampling.tui.dialogs.batch import DecideTogether
from tuui_sampling.tui.dialogs.rule import MakeRule, RuleArea
from tuui_sampling.tui.policy.pane import PolicyPane
from tuui_sampling.tui.widgets.plain import StatusLine
from tuui_sampling.tui.widgets.text_editor import EditArea

CONFIGURATION = """\
# mine
[servers.trips]
command = "sh"
enabled = false
[models.demo]
provider = "demo"
[interface]
images = "blocks"
[limits]
tokens_per_day = 100000
max_tokens = 500
[[rules]]  # a comment that stays
deny = "nothing of that server"
server = "gone"
"""

ORIGIN = Origin("trips", "2025-11-25", request_id=1, tool="plan", raw="{}")


class Program:
    """The program over a configuration of its own, with a person before it."""

    def __init__(self, app: TuuiApp, pilot: Pilot[None], backend: Backend, path: Path) -> None:
        self.app, self.pilot, self.backend, self.path = app, pilot, backend, path
        self.asking: list[asyncio.Task[Outcome]] = []

    def ask(self, text: str = "hello", tokens: int = 100) -> "asyncio.Task[Outcome]":
        """Let a request arrive."""
        request = parse_request(params(messages=[user(text)], maxTokens=tokens))
        self.asking.append(asyncio.create_task(self.backend.desk.ask(request, ORIGIN, lambda: "gone")))
        return self.asking[-1]

    async def shown(self, *words: str) -> None:
        """Wait until words are on the screen."""
        await wait_until(self.pilot, lambda: all(one in screen_text(self.app) for one in words))

    async def make_rule(self) -> EditArea:
        """Open the rule that would decide what waits."""
        waits = lambda: self.backend.desk.pending and self.app.screen.query("ReviewPanel")  # noqa: E731
        await wait_until(self.pilot, waits)
        await wait_until(self.pilot, lambda: self.backend.desk.pending[0].id in self.backend.desk._waiting)
        await self.shown("plan")
        await self.pilot.press("A")
        await wait_until(self.pilot, lambda: isinstance(self.app.screen, MakeRule) and self.app.screen.query(EditArea))
        return self.app.screen.query_one(EditArea)

    async def read_rule(self) -> None:
        """Go through the rule, until all of its rows have been on the screen."""
        area = self.app.screen.query_one(RuleArea)
        while screen_text(self.app) and area.unseen:  # to look at the screen paints it
            await self.pilot.press("pagedown")


@asynccontextmanager
async def program(folder: Path, size: tuple[int, int] = WIDE) -> AsyncIterator[Program]:
    """Run the program; no server is started."""
    folder.chmod(0o700)
    path = folder / "config.toml"
    path.write_text(CONFIGURATION)
    path.chmod(0o600)
    async with open_backend(
        load(path, os.environ), os.environ, restart=False, ledger_path=folder / "r.sqlite3", demo_delay=0
    ) as backend:
        app = TuuiApp(backend.settings.interface)
        app.show(backend, reloading=Reloading(backend, path, lambda: load(path, os.environ)))
        async with app.run_test(size=size, notifications=True) as pilot:
            running = Program(app, pilot, backend, path)
            try:
                yield running
            finally:
                for task in running.asking:
                    task.cancel()
                await asyncio.gather(*running.asking, return_exceptions=True)


async def test_a_rule_of_a_decision_is_held_for_the_session_shown_and_revoked(tmp_path: Path) -> None:
    async with program(tmp_path) as it:
        first = it.ask()
        editor = await it.make_rule()
        text = editor.value
        for line in ('server = "trips"', 'tool = "plan"', 'model = "demo"', "max_tokens = 100", "despite = "):
            assert line in text
        editor.text = text + "notify = true\n"
        await it.read_rule()
        await it.pilot.press("f5")
        await it.shown("Held until the program ends: plan of trips by demo", "1 request that fits still waits")
        assert it.path.read_text() == CONFIGURATION
        assert (await it.ask("hello again")).phase is Phase.DELIVERED
        assert not first.done(), "what waits is decided by the person"
        await it.shown("#2 trips › plan passed by rule: plan of trips by demo")
        assert [(await it.ask(tokens=tokens)).phase for tokens in (501, 502)] == [Phase.REJECTED] * 2
        await it.shown("#3 trips › plan refused by a limit: budget: at most 500 maxTokens", "✗ #3")
        assert "#4" not in screen_text(it.app), "the first of its time stands for all that the limit refuses"
        (held,) = it.backend.session_rules
        await it.pilot.press("f4")
        await it.shown(
            "deny  nothing of that server", "✗ void · never matched", "allow ◌ plan of trips by demo", "1 request, last"
        )
        await it.shown("tokens a day", "each request: 500 maxTokens", "Servers (the last 30 days)", "trips")
        await it.shown("It can match nothing")
        pane = it.app.screen.query_one(PolicyPane)
        before = pane.outer_size.width
        await it.pilot.press("greater_than_sign")
        await wait_until(it.pilot, lambda: pane.outer_size.width == before + 4)
        assert it.app.remembered.number("policy-width", *PolicyPane.WIDTHS) == before + 4
        assert not is_possible(it.app, "revoke-rule") and is_possible(it.app, "edit-rule")
        await it.pilot.press("down", "x")
        await it.shown(f"Revoked: {held.name}")
        assert it.backend.session_rules == ()
        again = it.ask()
        await wait_until(it.pilot, lambda: len(it.backend.desk.pending) == 2)
        await it.pilot.press("f1", "R")
        await it.shown("Reject all that waits of trips: 2 requests?")
        await it.shown("y reject all")
        await it.pilot.press("y")
        assert [(await task).phase for task in (first, again)] == [Phase.REJECTED] * 2


async def test_a_rule_is_narrowed_and_written_down_and_edited_at_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with program(tmp_path, NARROW) as it:
        it.ask()
        editor = await it.make_rule()
        good = editor.value
        editor.text = good.replace('server = "trips"', 'server = "other"')
        await it.shown('it can match nothing: no server is called "other"')
        await it.pilot.press("f6")
        assert isinstance(it.app.screen, MakeRule), "what can match nothing is not written"
        editor.text = good.replace("max_tokens = 100", "max_tokens = 60  # narrower")
        await it.shown("max_tokens = 60")
        await it.pilot.press("f6")
        await it.shown("rows not seen: nothing is held that was never on the screen")
        assert it.path.read_text() == CONFIGURATION
        await it.read_rule()
        await wait_until(it.pilot, lambda: "not seen" not in screen_text(it.app))
        await it.pilot.press("f6")
        await wait_until(it.pilot, lambda: len(it.backend.settings.rules) == 2)
        written = it.path.read_text()
        assert "# a comment that stays" in written and "max_tokens = 60  # narrower" in written
        rule = it.backend.settings.rules[1]
        assert (rule.effect, rule.max_tokens) == ("allow", 60)

        lines: list[int | None] = []

        async def editing(text: str, line: int | None = None) -> tuple[str | None, str]:
            lines.append(line)
            return text.replace("max_tokens = 60", "max_tokens = 50"), ""

        monkeypatch.setattr(it.app, "edit_outside", editing)
        await it.pilot.press("f4")
        await it.shown("plan of trips by demo")
        await it.pilot.press("down", "e")
        await wait_until(it.pilot, lambda: it.backend.settings.rules[1].max_tokens == 50)
        assert lines == [rule.line]
        assert written.splitlines()[(rule.line or 0) - 1] == "[[rules]]"


async def test_what_still_waits_and_fits_a_new_rule_is_decided_at_once(tmp_path: Path) -> None:
    async with program(tmp_path) as it:
        for text in ("the first", "the second"):
            it.ask(text)
        await it.make_rule()
        await it.read_rule()
        await it.pilot.press("f5")
        await it.shown("2 requests that fit still wait")
        await it.pilot.press("B")
        await wait_until(it.pilot, lambda: isinstance(it.app.screen, DecideTogether))
        await it.shown("the first", "the second")


async def test_the_inbox_says_before_the_key_what_rules_make_of_it(tmp_path: Path) -> None:
    async with program(tmp_path) as it:
        it.ask()
        editor = await it.make_rule()
        editor.text = '[[rules]]\ndeny = "not now"\nserver = "trips"\n'
        await it.read_rule()
        await it.pilot.press("f5")
        await it.shown("1 request that it denies still waits", '^G is refused: the rule "not now" denies this.')
        await it.shown('waits for you: rules have changed since it came; the rule "not now" denies')
        await it.pilot.press("ctrl+g")
        effect = it.app.screen.query_one("#effect", StatusLine)
        await wait_until(it.pilot, lambda: effect._told.startswith("^G is refused"))
        (waiting,) = it.backend.desk.reviews.values()
        assert (waiting.phase, waiting.notices) == (Phase.REQUEST, ())
        await it.backend.revoke(it.backend.session_rules[0])
        await it.shown("^G sends this request to demo")
        assert "waits for you" not in screen_text(it.app)
        lifted = ("first request",)
        await it.backend.hold(
            RuleSettings("allow", "small", server="trips", tool="other", model="demo", max_size=99, despite=lifted)
        )
        assert "unseen" not in screen_text(it.app)
        await it.backend.hold(RuleSettings("allow", "all of it", server="trips", model="demo", max_tokens=50))
        await it.shown('waits for you: the rule "all of it" did not match; what does not hold: at most 50')
        await it.backend.hold(
            RuleSettings("allow", "its answer", stage="response", server="trips", model="demo", despite=lifted)
        )
        await it.shown('the rule "its answer" may return')

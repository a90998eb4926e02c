"""A rule of one's own: what is wrong with its text is said before it is kept, and one that is held decides at once."""

import asyncio
import os
from pathlib import Path

import pytest

from tests.support.desks import eventually
from tuui_sampling.backend import open_backend
from tuui_sampling.config.settings import ModelSettings, ServerSettings, Settings
from tuui_sampling.frontend.policy.making import hold, problems_with, waiting_that_fits
from tuui_sampling.frontend.policy.rule_text import SESSION
from tuui_sampling.sampling.decision import Reject
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.sampling.request import Message, SamplingRequest, TextBlock

SETTINGS = Settings(
    servers={"notes": ServerSettings("notes", "never-started")},
    models={"one": ModelSettings(name="one", provider="demo")},
    default_model="one",
)
DENY = '[[rules]]\ndeny = "nothing of notes"\nserver = "notes"\n'
OTHER = DENY.replace("nothing", "no word")
ALLOW = '[[rules]]\nallow = "short ones"\nserver = "notes"\nmodel = "one"\nmax_tokens = 5\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (OTHER, ""),
        (DENY, "another rule has this name already"),
        (OTHER.replace('"notes"', '"notse"'), 'it can match nothing: no server is called "notse"'),
        (ALLOW, 'it can match nothing: "nothing of notes" (deny) goes before it whenever it matches'),
        (OTHER + "serverr = 1\n", "line 4: "),
        ("[[rules]\n", "is not TOML: "),
    ],
)
async def test_what_is_wrong_with_a_rule_is_said_before_it_is_kept(text: str, words: str, tmp_path: Path) -> None:
    async with open_backend(SETTINGS, os.environ, ledger_path=tmp_path / "record") as backend:
        assert problems_with(backend, DENY) == ""
        await hold(backend, DENY)
        found = problems_with(backend, text)
    assert found.startswith(words) and bool(found) == bool(words), found


async def test_a_rule_that_is_held_decides_at_once(tmp_path: Path) -> None:
    request = SamplingRequest((Message("user", (TextBlock("hello"),)),), 10)
    async with open_backend(SETTINGS, os.environ, ledger_path=tmp_path / "record") as backend:
        assert await hold(backend, DENY) == "nothing of notes"
        (rule,) = backend.rules_in_force
        assert rule.source == SESSION
        outcome = await backend.desk.ask(request, Origin("notes", "2025-11-25"), lambda: "withdrawn")
        assert (outcome.phase, outcome.reason) == (Phase.REJECTED, "rule: nothing of notes")
        await backend.revoke(rule)
        assert backend.rules_in_force == ()


async def test_what_waits_and_fits_a_rule_that_is_held_later_is_told(tmp_path: Path) -> None:
    request = SamplingRequest((Message("user", (TextBlock("hello"),)),), 10)
    async with open_backend(SETTINGS, os.environ, ledger_path=tmp_path / "record") as backend:
        desk, servers = backend.desk, ("notes", "other", "notes", "notes")
        asked = [asyncio.create_task(desk.ask(request, Origin(one, "2025-11-25"), lambda: "gone")) for one in servers]
        await eventually(lambda: len(desk._waiting) == len(servers))
        assert desk.settle(4, Gate.REQUEST, Reject())
        await asked[3]
        for text, fitting in ((DENY.replace("deny", "ask"), []), (OTHER, [1, 3]), (DENY.replace("notes", "late"), [])):
            assert await waiting_that_fits(backend, await hold(backend, text)) == fitting, text
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)

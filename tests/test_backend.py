"""Assembling the house, and taking it apart again."""

import os
import sys
from pathlib import Path

import pytest

from tuui_sampling.backend import Backend, open_backend
from tuui_sampling.config.settings import ModelSettings, Settings, demo_settings
from tuui_sampling.desk.invocations import Runs
from tuui_sampling.history.ledger import Ledger
from tuui_sampling.policy.verdict import Always, Verdict
from tuui_sampling.providers.models import Models
from tuui_sampling.sampling.errors import LedgerError
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.sampling.request import Message, ModelPreferences, SamplingRequest, TextBlock
from tuui_sampling.sampling.review import Outcome
from tuui_sampling.servers.state.server import ServerState
from tuui_sampling.servers.supervisor import Supervisor

ORIGIN = Origin("notes", "2025-11-25", tool="summarize")
PARTS = (Runs, Supervisor, Models, Ledger)
REQUEST = SamplingRequest(
    (Message("user", (TextBlock("hello"),)),), 10, preferences=ModelPreferences(hints=({"name": "one"},))
)
SETTINGS = Settings(
    models={name: ModelSettings(name=name, provider="demo") for name in ("one", "two")}, default_model="one"
)


async def ask(backend: Backend) -> Outcome:
    """Have the desk answer a request."""
    return await backend.desk.ask(REQUEST, ORIGIN, lambda: "it was withdrawn")


async def test_a_request_goes_through_the_whole_house(tmp_path: Path) -> None:
    ledger = tmp_path / "state" / "ledger.sqlite3"
    async with open_backend(
        SETTINGS, os.environ, judge=Always(Verdict.PASS), ledger_path=ledger, demo_delay=0
    ) as backend:
        outcome = await ask(backend)
        assert backend.trouble == ()
    assert (outcome.phase, outcome.model) == (Phase.DELIVERED, "demo")
    assert ledger.exists()


async def test_the_record_is_the_users_own_unless_another_is_named() -> None:
    async with open_backend(SETTINGS, os.environ, judge=Always(Verdict.ASK)) as backend:
        assert backend.ledger.path == Path(os.environ["XDG_STATE_HOME"]) / "tuui-sampling" / "ledger.sqlite3"


async def test_a_named_model_is_proposed_against_every_hint(tmp_path: Path) -> None:
    models = []
    for model in (None, "two"):
        async with open_backend(
            SETTINGS,
            os.environ,
            judge=Always(Verdict.REJECT),
            ledger_path=tmp_path / "ledger.sqlite3",
            model=model,
        ) as backend:
            await ask(backend)
            (review,) = backend.desk.reviews.values()
            assert review.selection is not None
            models.append((review.selection.model, review.selection.reason))
    assert models == [("one", 'hint "one"'), ("two", "chosen with --model")]


async def test_without_a_record_nothing_is_approved_and_rejecting_works(tmp_path: Path) -> None:
    not_a_folder = tmp_path / "file"
    not_a_folder.touch()
    told: list[LedgerError] = []
    outcomes = []
    for verdict in (Verdict.PASS, Verdict.REJECT):
        async with open_backend(
            SETTINGS,
            os.environ,
            judge=Always(verdict),
            ledger_path=not_a_folder / "ledger.sqlite3",
            demo_delay=0,
            on_trouble=told.append,
        ) as backend:
            outcomes.append(await ask(backend))
            (trouble,) = backend.trouble
            assert trouble.startswith("Nothing can be approved: The record ")
            with pytest.raises(LedgerError):
                await backend.ledger.search()
    failed, rejected = outcomes
    assert (failed.phase, rejected.phase) == (Phase.FAILED, Phase.REJECTED)
    assert "could not be recorded" in failed.reason
    assert told == []  # `House.trouble` has said it: not once more for each row


async def test_everything_is_closed_in_order_each_although_the_one_before_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[type] = []
    for part in PARTS:
        original = part.aclose

        async def aclose(self: object, part: type = part, original=original) -> None:  # type: ignore[no-untyped-def]
            closed.append(part)
            await original(self)
            if part is not Ledger:
                raise RuntimeError(f"{part.__name__} could not be closed")

        monkeypatch.setattr(part, "aclose", aclose)
    with pytest.raises(RuntimeError, match="Models could not be closed"):
        async with open_backend(SETTINGS, os.environ, judge=Always(Verdict.ASK), ledger_path=tmp_path / "x" / "l"):
            pass
    assert tuple(closed) == PARTS


@pytest.mark.process
async def test_the_demonstration_starts_its_own_server(tmp_path: Path) -> None:
    settings = demo_settings()
    assert settings.servers["demo"].command == sys.executable
    assert len(settings.ask_several) == 2, "asking several can be tried"
    async with open_backend(
        settings, os.environ, judge=Always(Verdict.PASS), ledger_path=tmp_path / "l", demo_delay=0
    ) as backend:
        backend.supervisor.start("demo")
        assert (await backend.supervisor.settled("demo")).state is ServerState.READY
        result = await backend.supervisor.call_tool("demo", "generate_poem", {"topic": "the sea"})
    assert not result.is_error
    assert "the demonstration model" in result.text


@pytest.mark.process
async def test_no_file_of_the_current_folder_is_run_by_the_demonstration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mcp.py").write_text("raise SystemExit(9)")
    (tmp_path / "tuui_sampling").mkdir()
    (tmp_path / "tuui_sampling" / "__init__.py").write_text("raise SystemExit(9)")
    monkeypatch.chdir(tmp_path)
    async with open_backend(
        demo_settings(), os.environ, judge=Always(Verdict.REJECT), ledger_path=tmp_path / "l", restart=False
    ) as backend:
        backend.supervisor.start("demo")
        assert (await backend.supervisor.settled("demo")).state is ServerState.READY

"""The Inbox over a desk on which the test itself plays the models: reviews and responses are put there as values."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tests.support.full_request import params, user
from tests.support.models.scripted_models import ScriptedModels, ScriptedProvider
from tests.support.screens.person import Clock, Desk
from tuui_sampling.backend import open_backend
from tuui_sampling.config.settings import ModelSettings, Settings
from tuui_sampling.policy.verdict import Always, Verdict
from tuui_sampling.sampling.decision import Decision
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.sampling.request import Block, SamplingRequest, TextBlock, ToolUseBlock
from tuui_sampling.sampling.response import Response, Usage
from tuui_sampling.sampling.review import Candidate, Review, Selection
from tuui_sampling.sampling.wire import parse_request
from tuui_sampling.tui.app import TuuiApp

WEATHER = {
    "name": "get_weather",
    "description": "Looks up the weather.",
    "inputSchema": {
        "type": "object",
        "properties": {"city": {"type": "string"}, "days": {"type": "integer", "maximum": 7}},
        "required": ["city"],
    },
}
SEARCH = {"name": "search", "inputSchema": {"type": "object", "properties": {"query": {"type": "string"}}}}

MODELS = ("sonnet", "haiku", "opus")


def asked(*, tools: bool = False) -> SamplingRequest:
    """Return a small request, with two tools or without."""
    return parse_request(
        params(messages=[user("Where does it rain?")]) | ({"tools": [WEATHER, SEARCH]} if tools else {})
    )


def call(name: str = "get_weather", broken: str | None = None, **arguments: Any) -> ToolUseBlock:
    """Return a tool use; `broken` is what the model wrote where that is not a JSON object."""
    return ToolUseBlock(f"call_{name}", name, arguments, broken_input=broken)


@dataclass
class Stage(Desk):
    """
    The program, with a review that the test leads.

    Attributes:
        review: The review.
        decided: What the person decided, in order.
    """

    review: Review = field(kw_only=True)
    decided: list[Decision] = field(default_factory=list)
    _waited_for: asyncio.Future[Decision] | None = None

    def enter(self, phase: Phase) -> None:
        """Bring the review into a phase; what is decided there is noted."""
        future = self.backend.desk.enter(self.review, phase)
        if future is not self._waited_for:  # one that nobody has resolved is used again
            self._waited_for = future
            future.add_done_callback(lambda done: self.decided.append(done.result()))

    def add(self, model: str = "sonnet", **more: Any) -> Candidate:
        """Add a response that is being written."""
        number = len(self.review.candidates) + 1
        candidate = Candidate(number, model, self.review.outbound, time.monotonic(), **more)
        self.review.candidates.append(candidate)
        return candidate

    def answered(self, *blocks: Block | str, stop_reason: str = "endTurn", model: str = "sonnet") -> Candidate:
        """Add a response that has been written, and bring the review to its second gate."""
        candidate = self.add(model)
        end(candidate, *blocks, stop_reason=stop_reason)
        return candidate

    def changed(self) -> None:
        """Tell the screens."""
        self.backend.desk.changed(self.review)


def end(candidate: Candidate, *blocks: Block | str, stop_reason: str = "endTurn") -> None:
    """Let a model end its response."""
    written = tuple(TextBlock(block) if isinstance(block, str) else block for block in blocks)
    candidate.usage = Usage(12, 34)
    candidate.cost = Decimal("0.00123")
    candidate.elapsed = 1.5
    candidate.response = Response(written, f"{candidate.model}-1", stop_reason, candidate.usage)


SIDES = (135, 36)
"""A terminal in which request and response have fifty cells each."""


@asynccontextmanager
async def staged(
    folder: Path,
    *,
    tools: bool = False,
    size: tuple[int, int] = SIDES,
    models: tuple[str, ...] = MODELS,
    ask_several: tuple[str, ...] = (),
    providers: Mapping[str, ScriptedProvider] = MappingProxyType({}),
) -> AsyncIterator[Stage]:
    """
    Run the program with one review and no server; nothing is entered yet.

    Args:
        providers: Models that play a script, for a test that lets the desk lead the review.
    """
    settings = Settings(
        models={name: ModelSettings(name, "demo") for name in models}, default_model=models[0], ask_several=ask_several
    )
    path = folder / "record.sqlite3"
    async with open_backend(
        settings, os.environ, judge=Always(Verdict.ASK), restart=False, ledger_path=path
    ) as backend:
        scripted = ScriptedModels({name: ScriptedProvider(()) for name in models} | dict(providers))
        backend.desk.models = scripted
        request = asked(tools=tools)
        review = Review(
            id=1,
            key="test-1",
            origin=Origin("notes", "2025-11-25", request_id=1, tool="forecast", raw="{}"),
            asked=request,
            outbound=request,
            arrived=time.monotonic(),
            arrived_at=datetime.now(UTC),
            selection=Selection(models[0], "the default model"),
        )
        backend.desk.reviews[1] = review
        clock = Clock()
        scripted_backend = replace(backend, models=scripted)
        app = TuuiApp(settings.interface, clock=clock)
        app.show(scripted_backend)
        async with app.run_test(size=size, notifications=True) as pilot:
            yield Stage(app, pilot, scripted_backend, clock, review=review)

"""What is worked out of a request with thousands of anything is worked out in short pieces, with pauses between."""

import gc
import sqlite3
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from types import FrameType
from typing import Any

import pytest

from tests.support.full_request import params, user
from tuui_sampling.config.model_settings import ModelSettings, ProviderName
from tuui_sampling.config.policy.rules import REDACTED
from tuui_sampling.config.settings import Settings
from tuui_sampling.desk.assess import assess
from tuui_sampling.desk.record_rows import asked_texts
from tuui_sampling.history.database import open_writer
from tuui_sampling.history.entry import Entry, Kind
from tuui_sampling.history.rows import add
from tuui_sampling.history.schema import transaction
from tuui_sampling.policy import survey
from tuui_sampling.policy.redaction.masking import Masking
from tuui_sampling.policy.survey import in_request, size_of
from tuui_sampling.providers.models import Models
from tuui_sampling.sampling.derived import json_pieces
from tuui_sampling.sampling.derived.beside import pause
from tuui_sampling.sampling.derived.digests import asked_digest, outbound_digest
from tuui_sampling.sampling.request import SamplingRequest
from tuui_sampling.sampling.wire import parse_request

pytestmark = pytest.mark.long

FEW, MANY = range(360, 400), range(400)
MAX_CALLS = 2_000
"""Calls of functions between two pauses; they take a fraction of a millisecond."""

SMALL = 4_096
"""Characters that are worked on at once in these tests, so that a few hundred members are many."""

TEXT = {"type": "text", "text": "a few words"}


def answered(calls: list[Any], results: list[Any]) -> dict[str, Any]:
    """Return parameters with calls and their results."""
    turn = {"role": "assistant", "content": calls}
    return params(messages=[user(TEXT), turn, user(results)], tools=[tool("t")])


def tool_use(n: int, given: Any) -> dict[str, Any]:
    """Return a tool use."""
    return {"type": "tool_use", "id": f"c{n}", "name": "t", "input": {"given": given}}


def tool_result(n: int, content: list[Any]) -> dict[str, Any]:
    """Return a tool's result."""
    return {"type": "tool_result", "toolUseId": f"c{n}", "content": content, "structuredContent": {"all": content}}


def tool(name: str, all: range = range(1)) -> dict[str, Any]:
    """Return a tool of so many parameters."""
    properties = {f"p{n}": {"type": "string", "description": "a", "enum": ["x", "y"]} for n in all}
    return {"name": name, "inputSchema": {"type": "object", "properties": properties}}


LONG: dict[str, Callable[[range], dict[str, Any]]] = {
    "blocks": lambda all: params(messages=[user([TEXT for _ in all])]),
    "blocks with members": lambda all: params(messages=[user([TEXT | {"_meta": {"a": 1}} for _ in all])]),
    "messages": lambda all: params(messages=[{"role": ("user", "assistant")[n % 2], "content": TEXT} for n in all]),
    "messages of one role": lambda all: params(messages=[user(TEXT) for _ in all]),
    "tools": lambda all: params(tools=[tool(f"t{n}") for n in all]),
    "a tool with a large schema": lambda all: params(tools=[tool("t", all)]),
    "tool uses and results": lambda all: answered([tool_use(n, n) for n in all], [tool_result(n, [TEXT]) for n in all]),
    "a large tool use and a large result": lambda all: answered(
        [tool_use(0, [{"n": [n]} for n in all])], [tool_result(0, [TEXT for _ in all])]
    ),
    "hints": lambda all: params(modelPreferences={"hints": [{"name": f"h{n}"} for n in all]}),
    "preferences": lambda all: params(modelPreferences={f"m{n}": [n] for n in all}),
    "metadata": lambda all: params(metadata={f"m{n}": {"n": [n]} for n in all}),
    "_meta": lambda all: params(_meta={f"m{n}": "a few words" for n in all}),
    "unknown members": lambda all: params(**{f"m{n}": [n] for n in all}),
}


PROVIDERS: dict[str, ProviderName] = {"demo": "demo", "claude": "anthropic"}


class Counted:
    """Counts the calls between two pauses."""

    def __init__(self) -> None:
        self.longest, self.where, self._since = 0, "", 0

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        """Hear of a call."""
        if event in ("call", "c_call"):
            self._since = 0 if frame.f_code is pause.__code__ else self._since + 1
            if self._since > self.longest:
                self.longest, self.where = self._since, f"{frame.f_code.co_qualname}:{frame.f_lineno}"

    def of(self, work: Callable[[], object]) -> tuple[int, str]:
        """
        Return how many there are at most in a piece of work, and where the last of them is.

        Garbage of other tests is not collected meanwhile: what it calls as it goes would count.
        """
        self.longest = self._since = 0
        before = sys.getprofile()
        gc.disable()
        sys.setprofile(self)
        try:
            work()
        finally:
            sys.setprofile(before)
            gc.enable()
        return self.longest, self.where


@pytest.fixture(scope="module")
def models() -> Models:
    """Return the models that are asked what a request would lose."""
    configured = {
        name: ModelSettings(name, provider, model="x", base_url="https://models.example")
        for name, provider in PROVIDERS.items()
    }
    return Models(Settings(models=configured, default_model="demo"), {"ANTHROPIC_API_KEY": "k", "OPENAI_API_KEY": "k"})


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """Return a connection that writes a record."""
    connection = open_writer(tmp_path_factory.mktemp("record") / "ledger.sqlite3")
    yield connection
    connection.close()


def works(request: SamplingRequest, models: Models, record: sqlite3.Connection) -> dict[str, Callable[[], object]]:
    """Return what is worked out beside the event loop, by name, in its order."""

    def look() -> None:
        models.select(request, "a server")
        size_of(request)
        for name in PROVIDERS:
            outbound_digest(request, assess(models, request, name, "a server").recipient)
        asked_digest(request)

    def write() -> None:
        data = Masking(REDACTED).json(asked_texts(request))
        with transaction(record):
            add(record, [Entry("a review", Kind.RECEIVED, "a server", datetime.now(UTC), data, 1)])

    return {
        "looked at": look,
        "searched": lambda: in_request(request),
        "written": write,
    }


@pytest.mark.parametrize("what", LONG)
def test_no_piece_of_it_is_long(
    what: str, models: Models, record: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_pieces, "WINDOW", SMALL)
    monkeypatch.setattr(survey, "SHORT", SMALL)
    for work in works(parse_request(LONG[what](FEW)), models, record).values():
        work()  # what is imported and made once is there then
    message, count, longest = LONG[what](MANY), Counted(), dict[str, tuple[int, str]]()
    longest["read"] = count.of(lambda: parse_request(message))
    for name, work in works(parse_request(message), models, record).items():
        longest[name] = count.of(work)
    assert {name: one for name, one in longest.items() if one[0] > MAX_CALLS} == {}

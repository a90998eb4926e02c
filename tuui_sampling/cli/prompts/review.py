"""
Asking about requests, responses and questions in the plain terminal, one after the other.

Nothing is approved by accident: what was typed before a question is thrown away, only a letter and Enter answers it,
and neither an empty line nor the end of the input ever approves.
"""

import asyncio
import contextlib
import os
import sys
import termios
from collections.abc import Iterator, Mapping, Sequence

from ...desk.assess import assess
from ...desk.desk import Desk
from ...frontend.external_editor import EditingFailed, edit, edit_request
from ...sampling.decision import Answer, Approve, Decision, Reject
from ...sampling.derived.digests import outbound_digest
from ...sampling.inquiry import Inquiry
from ...sampling.item import Item
from ...sampling.phase import Gate
from ...sampling.request import TextBlock
from ...sampling.response import HUMAN_MODEL, Response, callable_tools, why_not_returnable
from ...sampling.review import Review
from ..output import complain, say
from ..signals import Shutdown
from .editor import on_terminal
from .inquiry import ask_about
from .review_text import request_text, response_text

MAX_LINE = 4096


class TooLate(Exception):
    """The review that is being asked about needs no decision any more."""


class Asking:
    """Asks about each open review at each gate, and about each open inquiry, the oldest first."""

    def __init__(self, descriptor: int, environ: Mapping[str, str]) -> None:
        self._descriptor = descriptor
        self._environ = environ
        self._changed = asyncio.Event()
        self._settled: dict[int, int] = {}

    @classmethod
    def on_terminal(cls, environ: Mapping[str, str]) -> "Asking | None":
        """Return what asks on our terminal, or None where there is none to ask on."""
        if sys.stdin.isatty() and sys.stderr.isatty():
            return cls(sys.stdin.fileno(), environ)
        return None

    async def run(self, desk: Desk, ending: Shutdown) -> None:
        """Ask, until cancelled."""
        unsubscribe = desk.subscribe(lambda _review: self._changed.set())
        try:
            while True:
                review = self._next(desk)
                if review is None:
                    self._changed.clear()
                    await self._changed.wait()
                else:
                    await self._ask_about(desk, review, ending)
        finally:
            unsubscribe()

    def _next(self, desk: Desk) -> Review | Inquiry | None:
        """Return the oldest item that waits at a gate and was not decided there since it last changed."""
        waiting = (item for item in desk.pending if item.gate is not None)
        return next((item for item in waiting if self._settled.get(item.id, -1) < item.revision), None)

    async def _ask_about(self, desk: Desk, review: Review | Inquiry, ending: Shutdown) -> None:
        gate = review.gate
        assert gate is not None  # `_next` returns no other
        try:
            decision = await self._decision(desk, review, gate, ending)
            if desk.settle(review.id, gate, decision):
                pending = {item.id for item in desk.pending}
                self._settled = {number: seen for number, seen in self._settled.items() if number in pending}
                self._settled[review.id] = review.revision
                return
        except TooLate:
            pass
        outcome = review.answer if isinstance(review, Inquiry) else review.outcome
        say(f"\n#{review.id} needs no decision any more{f': {outcome.reason}' if outcome else ''}")

    async def _decision(self, desk: Desk, item: Review | Inquiry, gate: Gate, ending: Shutdown) -> Decision:
        if isinstance(item, Inquiry):
            inquiry = item

            async def choose(choices: Sequence[str]) -> str:
                return await self._choose(desk, inquiry, choices, at_the_end="d")

            async def type_line(prompt: str) -> str:
                print(prompt, end="", file=sys.stderr, flush=True)
                return (await self._line(desk, inquiry)).decode("utf-8", "replace")

            return await ask_about(inquiry, choose, type_line)
        about = self._about_request if gate is Gate.REQUEST else self._about_response
        return await about(desk, item, ending)

    # --- the two gates ---

    async def _about_request(self, desk: Desk, review: Review, ending: Shutdown) -> Decision:
        request = review.outbound
        model = review.selection.model if review.selection else None
        while True:
            say(request_text(review, request, model, desk.models))
            choices = ["[e]dit prompt in $EDITOR", "[r]eject"]
            if model is not None and not assess(desk.models, request, model, review.origin.server).obstacle:
                choices.insert(0, "[a]pprove")
            match await self._choose(desk, review, choices):
                case "a" if model is not None:
                    return Approve(request, model, outbound_digest(request, desk.models.recipient(model)))
                case "e":
                    with _complaining():
                        request = await edit_request(request, self._environ, on_terminal(self._environ, ending))
                case "r":
                    return Reject()

    async def _about_response(self, desk: Desk, review: Review, ending: Shutdown) -> Decision:
        candidate = review.candidate
        assert candidate is not None  # the second gate comes after a model was called
        original = candidate.response or Response((TextBlock(""),), HUMAN_MODEL, "endTurn")
        response = original
        while True:
            say(response_text(review, candidate, response, edited=response != original))
            choices = ["[e]dit", "[r]eject", "a[g]ain"]
            by_human = response.model == HUMAN_MODEL and not response.text
            tools = callable_tools(review.asked, candidate.request)
            whole = response != original or (candidate.is_whole and not by_human)
            if whole and not why_not_returnable(response, tools):
                choices.insert(0, "[a]pprove")
            match await self._choose(desk, review, choices):
                case "a":
                    return Answer(response, candidate.number)
                case "e":
                    with _complaining():
                        run = on_terminal(self._environ, ending)
                        (text,) = await edit([("response", response.text)], self._environ, run)
                        response = response if text == response.text else response.with_text(text)
                case "g":
                    request, model = review.outbound, candidate.model
                    return Approve(request, model, outbound_digest(request, desk.models.recipient(model)))
                case "r":
                    return Reject()

    # --- the terminal ---

    async def _choose(self, desk: Desk, review: Review | Inquiry, choices: Sequence[str], at_the_end: str = "r") -> str:
        """
        Ask until one of the choices is typed, and return its letter.

        Args:
            at_the_end: What the end of the input chooses, which is a no.

        Raises:
            TooLate: The review has moved on meanwhile.
        """
        letters = {
            choice.partition("[")[2][0]: choice.split()[0].replace("[", "").replace("]", "") for choice in choices
        }
        while True:
            termios.tcflush(self._descriptor, termios.TCIFLUSH)  # what was typed before is not an answer to this
            print(f"#{review.id} {', '.join(choices)}? ", end="", file=sys.stderr, flush=True)
            line = await self._line(desk, review)
            if not line:
                say("\nThe input has ended, so this is rejected.")
                return at_the_end
            typed = line.decode("utf-8", "replace").strip().lower()
            for letter, word in letters.items():
                if typed in (letter, word):
                    return letter
            *others, last = letters
            say(f"Please type {', '.join(others)}{' or ' if others else ''}{last}, and Enter.")

    async def _line(self, desk: Desk, review: Review | Inquiry) -> bytes:
        """Return the next line, empty at the end of the input."""
        loop = asyncio.get_running_loop()
        line: asyncio.Future[bytes] = loop.create_future()
        gate = review.gate

        def readable() -> None:
            loop.remove_reader(self._descriptor)
            try:
                line.set_result(os.read(self._descriptor, MAX_LINE))
            except OSError:  # the terminal is gone
                line.set_result(b"")

        def look(changed: Item) -> None:
            if changed is review and review.gate is not gate and not line.done():
                line.set_exception(TooLate())

        unsubscribe = desk.subscribe(look)
        loop.add_reader(self._descriptor, readable)
        try:
            return await line
        finally:
            loop.remove_reader(self._descriptor)
            unsubscribe()


@contextlib.contextmanager
def _complaining() -> Iterator[None]:
    """Say why an edit failed, and go on: the question is asked again."""
    try:
        yield
    except EditingFailed as error:
        complain(str(error))

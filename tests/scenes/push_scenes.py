"""
Servers that push their requests, and the time that a person takes.

`python -m tests.scenes.push_scenes` plays three scenes at true scale, which takes three minutes; `test_push_scenes.py`
plays them quickly. The server is
a real one on the TypeScript SDK, the program is whole, and the person approves with the keys. What is printed was read
from the screen, and from what the server itself returned or wrote.
"""

import asyncio
import os
import re
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.installations import install_typescript_server
from tests.support.paths import ServerCommand
from tests.support.screens.app import screen_text, settings_for, wait_until
from tests.support.screens.person import Desk, result_text, seated
from tests.support.supervised import texts
from tuui_sampling.desk.invocations import Run
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.sampling.review import Review
from tuui_sampling.servers.state.server import Server
from tuui_sampling.servers.state.trace import Direction

MORE_SECONDS = 30.0
"""Seconds that anything may take beyond the time that a scene is about."""

DEFAULT_TIMEOUT = 60.0
"""Seconds: the TypeScript SDK's own."""

Say = Callable[[str], None]


@dataclass
class Scene:
    """
    A person before the program, with one server.

    Attributes:
        say: Takes what happened, in words.
    """

    desk: Desk
    say: Say

    @property
    def server(self) -> Server:
        """The server that pushes."""
        return self.desk.backend.supervisor.servers["push"]

    def start(self, tool: str, **arguments: object) -> Run:
        """Call a tool of the server's."""
        self.say(f"the person calls {tool} {arguments}")
        return self.desk.backend.runs.start("push", tool, arguments)

    async def until(self, condition: Callable[[], object], seconds: float = 0) -> None:
        """Wait for something that takes so long."""
        await wait_until(self.desk.pilot, condition, seconds + MORE_SECONDS)

    async def request(self, seconds: float = 0) -> Review:
        """Wait for the request, and until it is shown."""
        await self.until(lambda: self.desk.inbox.reviewing.review is not None, seconds)
        review = self.desk.inbox.reviewing.review
        assert review is not None
        return review

    async def see(self, pattern: str, seconds: float = 0) -> str:
        """Wait until something is on the screen, and tell of the first line that has it."""
        await self.until(lambda: re.search(pattern, screen_text(self.desk.app)), seconds)
        shown = next(line for line in screen_text(self.desk.app).splitlines() if re.search(pattern, line))
        parts = [" ".join(part.split()) for part in re.split("[│┌┐▌▕▏─╭╮╰╯┃━┏┓┗┛▸]+", shown)]
        self.say(f"screen: {next(part for part in parts if re.search(pattern, part))}")
        return shown

    async def approve(self) -> None:
        """Approve the request and the response."""
        await self.desk.approve(Phase.RESPONSE)
        await self.desk.approve(Phase.DELIVERED)
        self.say("the person has approved the request and the response")

    def progress_sent(self) -> int:
        """Return how many progress notifications went to the server."""
        sent = [one.text for one in self.server.trace if one.direction is Direction.SENT]
        return sum('"notifications/progress"' in text for text in sent)


@asynccontextmanager
async def scene(folder: Path, command: ServerCommand, say: Say) -> AsyncIterator[Scene]:
    """Open the program on a server, and wait until that is ready."""
    async with seated(folder, settings_for(push=command)) as desk:
        began = time.monotonic()
        yield Scene(desk, lambda words: say(f"{time.monotonic() - began:6.1f} s  {words}"))


async def pass_by(seconds: float) -> None:
    """Let time pass: here it is what is shown, and not waited for."""
    await asyncio.sleep(seconds)


# --- the scenes ---


async def asks_after_it_returned(folder: Path, command: ServerCommand, say: Say, *, after: float = 3.0) -> None:
    """The request arrives when no call is under way any more, is marked as such, and is answered."""
    async with scene(folder, command, say) as played:
        run = played.start("ask_later", prompt="What did I forget?", after_ms=round(after * 1000))
        await played.until(lambda: run.ended is not None)
        played.say(f"the tool has returned: {result_text(run)}")
        assert not played.desk.backend.desk.reviews
        review = await played.request(after)
        assert review.origin.unsolicited
        await played.see("push › unsolicited")
        await played.see("no call of yours was under way")
        await played.approve()
        await played.until(lambda: any("later:" in line for line in texts(played.server, "stderr")))
        (saw,) = [line for line in texts(played.server, "stderr") if "later:" in line]
        assert "sampling failed" not in saw
        played.say(f"the server saw: {saw}")


async def is_kept_waiting(
    folder: Path, command: ServerCommand, say: Say, *, timeout: float = 2.0, wait: float = 90.0
) -> None:
    """The server's own timeout passes many times; our progress notifications start it anew."""
    async with scene(folder, command, say) as played:
        run = played.start("ask", prompt="Take your time.", timeout_ms=round(timeout * 1000), progress=True)
        review = await played.request()
        assert review.deadline is None
        await played.see("your turn: the request")
        await pass_by(wait)
        assert review.phase is Phase.REQUEST
        played.say(f"the person has read for {wait:g} s; progress sent: {played.progress_sent()} times")
        await played.see("push › ask")
        await played.approve()
        await played.until(lambda: run.ended is not None)
        assert "sampling failed" not in result_text(run)
        played.say(f"the server saw: {result_text(run)}")


async def gives_up(
    folder: Path, command: ServerCommand, say: Say, *, timeout: float | None = None, looks: int = 4
) -> None:
    """
    The time that is presumed to be left is counted down; when the server takes its request back, it is withdrawn.

    Args:
        timeout: Seconds that the server waits; the 60 s of its SDK when left out.
        looks: How often the person looks meanwhile.
    """
    async with scene(folder, command, say) as played:
        run = played.start("ask", prompt="Hurry up.", **({"timeout_ms": round(timeout * 1000)} if timeout else {}))
        review = await played.request()
        for look in range(looks):
            await played.see(r"\d:\d\d left")
            await played.see("time left is presumed")
            if look < looks - 1:
                await pass_by(DEFAULT_TIMEOUT / looks)
        await played.until(lambda: review.phase is Phase.WITHDRAWN, timeout or DEFAULT_TIMEOUT)
        await played.see("the server cancelled it")
        await played.until(lambda: "time left is presumed" not in screen_text(played.desk.app))
        await played.until(lambda: run.ended is not None)
        assert "timed out" in result_text(run)
        played.say(f"the server saw: {result_text(run)}")


SCENES: dict[str, Callable[[Path, ServerCommand, Say], Awaitable[None]]] = {
    "A server that asks 3 s after its tool has returned": asks_after_it_returned,
    "A server that waits 90 s, with a timeout of 2 s that progress starts anew": is_kept_waiting,
    "A server that gives up after 60 s": gives_up,
}


async def main() -> None:
    """Play every scene at true scale."""
    for name, play in SCENES.items():
        print(f"\n{name}", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            os.environ["XDG_STATE_HOME"] = folder  # nothing of the person's own is read or written
            try:
                await play(Path(folder), install_typescript_server("v1"), lambda words: print(words, flush=True))
            except pytest.skip.Exception as error:  # there is no node here
                print(f"not played: {error}", flush=True)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))

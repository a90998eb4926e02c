"""
Draw the pictures of the README: the real program with the bundled server and the offline model, driven by keys.

Run by `make shots`. They can't go stale: whoever changes the screen runs it again, and the difference is in the commit.
"""

import asyncio
import os
import re
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from moving import moving
from textual.pilot import Pilot

from tuui_sampling.backend import Backend, open_backend
from tuui_sampling.config.settings import Settings, demo_settings
from tuui_sampling.frontend.review.arming import LOOK
from tuui_sampling.policy.verdict import Always, Verdict
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.servers.state.server import ServerState
from tuui_sampling.tui.app import TuuiApp

HERE = Path(__file__).parent
WIDE, NARROW = (120, 30), (80, 24)

SERVERS = ("poems", "notes", "photos")
"""The bundled server, three times: which call a request belongs to is known while one of its server is under way."""


async def main() -> None:
    """Draw every picture."""
    await _draw(_walk, WIDE)
    await _draw(_moving, WIDE)
    await _draw(_hostile, WIDE)
    await _draw(_narrow, NARROW)


async def _draw(walk: "Callable[[Shots], asyncio.Future[None] | object]", size: tuple[int, int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "record.sqlite3"
        async with open_backend(
            _settings(), os.environ, judge=Always(Verdict.ASK), ledger_path=record, demo_delay=0
        ) as backend:
            app = TuuiApp(backend.settings.interface)
            app.show(backend)
            async with app.run_test(size=size) as pilot:
                shots = Shots(app, pilot, backend)
                servers = backend.supervisor.servers.values()
                await shots.until(lambda: all(server.state is ServerState.READY for server in servers))
                await walk(shots)  # type: ignore[misc]


def _settings() -> Settings:
    """Return the demonstration's configuration, with more than one server."""
    demo = demo_settings()
    return replace(demo, servers={name: replace(demo.servers["demo"], name=name) for name in SERVERS})


class Shots:
    """The program on a screen that is only drawn, with somebody at its keyboard."""

    def __init__(self, app: TuuiApp, pilot: Pilot[None], backend: Backend) -> None:
        self.app = app
        self.pilot = pilot
        self.backend = backend

    async def call(self, server: str, tool: str, **arguments: object) -> None:
        """Call a tool, and wait for its request."""
        before = len(self.backend.desk.reviews)
        self.backend.runs.start(server, tool, arguments)
        await self.until(lambda: len(self.backend.desk.reviews) > before)

    async def press(self, *keys: str) -> None:
        """Press keys, unhurriedly."""
        for key in keys:
            await self.pilot.press(key)
        await self.pilot.pause(0.3)

    async def approve(self, review: int, phase: Phase) -> None:
        """Look long enough, press the chord, and wait for what comes of it."""
        await self.pilot.pause(LOOK + 0.3)
        await self.press("ctrl+g")
        await self.until(lambda: self.backend.desk.reviews[review].phase is phase)
        await self.pilot.pause(LOOK)

    async def until(self, condition: Callable[[], object]) -> None:
        """Let the program go on until the condition holds."""
        async with asyncio.timeout(20):
            while not condition():
                await self.pilot.pause(0.02)

    async def save(self, name: str) -> None:
        """Draw what is on the screen."""
        self.write(name, await self.drawn())

    async def drawn(self) -> str:
        """Return what is on the screen as a picture, once that has stayed the same for a while."""
        last, same = "", 0
        while same < 3:
            await self.pilot.pause(0.1)
            now = _portable(self.app.export_screenshot(title="tuui-sampling"))
            last, same = now, same + 1 if now == last else 0
        return last

    def write(self, name: str, svg: str) -> None:
        """Write a picture."""
        (HERE / f"{name}.svg").write_text(svg, encoding="utf-8")
        print(f"{name}.svg")


async def _walk(shots: Shots) -> None:
    """The main job: a request, an edit, a response, an edit, the tool's result, the history."""
    await shots.call("poems", "generate_poem", topic="the sea")
    await shots.call("notes", "analyze_sentiment", text="The tests are green and the coffee is hot.")
    await shots.call("photos", "describe_image")
    await shots.press("e", "end", *" Make it about patience.")
    await shots.save("request")
    await shots.approve(1, Phase.RESPONSE)
    await shots.press("e", *"To a friend:", "enter")
    await shots.save("response")
    await shots.press("escape", "3")
    await shots.save("changes")
    await shots.press("2")
    await shots.approve(1, Phase.DELIVERED)
    await shots.press("f2", "down", "enter")
    await shots.save("servers")
    await shots.press("escape", "f3", "end")
    await shots.save("history")


async def _moving(shots: Shots) -> None:
    """The main job again, as it goes on: each frame with the seconds for which it is shown."""
    frames: list[tuple[str, float]] = []

    async def keep(seconds: float) -> None:
        frames.append((await shots.drawn(), seconds))

    await shots.call("poems", "generate_poem", topic="the sea")
    await shots.call("notes", "analyze_sentiment", text="The tests are green and the coffee is hot.")
    await shots.press("home")
    await keep(2.5)
    await shots.press("e", "end")
    for word in (" Make", " it", " about", " patience."):
        await shots.press(*word)
        await keep(0.5)
    await shots.pilot.pause(LOOK + 0.3)
    await keep(2.0)
    await shots.approve(1, Phase.RESPONSE)
    await keep(3.0)
    await shots.press("e", *"To a friend:", "enter")
    await keep(2.0)
    await shots.press("escape")
    await shots.approve(1, Phase.DELIVERED)
    await keep(3.0)
    await shots.press("f2", "down", "enter")
    await keep(3.5)
    shots.write("walk", moving(frames))


async def _hostile(shots: Shots) -> None:
    """A request that tries everything."""
    await shots.call("notes", "hostile")
    await shots.save("hostile")


async def _narrow(shots: Shots) -> None:
    """The same program on 80 columns and 24 lines."""
    await shots.call("notes", "converse")
    await shots.save("narrow")


def _portable(svg: str) -> str:
    """Return a picture that fetches no font from anywhere, and does not differ from run to run without a reason."""
    svg = re.sub(r"@font-face\s*{[^}]*}", "", svg)
    svg = re.sub(r"font-family: [^;]*;", "font-family: 'DejaVu Sans Mono', Menlo, Consolas, monospace;", svg)
    return re.sub(r"terminal-\d+", "terminal", svg)


if __name__ == "__main__":
    asyncio.run(main())

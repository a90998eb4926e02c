"""The installed command in a terminal, and a person who sits before it."""

import json
import os
import re
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.support.limits import LIMIT
from tests.support.paths import ROOT, ServerCommand
from tests.support.terminal.terminal import COMMAND, Terminal
from tests.support.warm_start import warm

NARROW, WIDE = (80, 24), (120, 36)

DEMO_MODEL = 'default_model = "demo"\n[models.demo]\nprovider = "demo"\n'

BETWEEN_PRESSES = 0.3
"""Seconds; keys that follow each other more quickly count as a paste."""
NOT_YET = (b"Not approved", b"Not refused", b"Not sent")
"""How the program says that a chord has done nothing but be told."""

_CONTROL = re.compile(rb"\x1b\[[0-9;?]*[@-~]")

MAX_PRESSES = 20
"""So often a chord is pressed that is refused because it came too early."""


class Program(Terminal):
    """
    A running `tuui-sampling`.

    Attributes:
        home: The home directory of the program and of all that it starts.
    """

    home: Path

    def press_until(self, text: str, *keys: str) -> None:
        """Press keys, and wait for a text on the screen."""
        self.press(*keys)
        self.wait_for(text)

    def wait_for_words(self, text: str) -> None:
        """Wait for a text that may be broken into lines anywhere."""
        self.wait_for(lambda: text in " ".join(re.sub(r"[▌▐▕│┃]", " ", self.screen).split()))

    def approve(self, until: str) -> None:
        """
        Approve what is shown as an impatient person does: again, each time that it was too early, or that not all of it
        had been on the screen.

        Args:
            until: What is on the screen once the approval has counted.
        """
        self._decide("ctrl+g", until)

    def refuse(self, until: str) -> None:
        """Refuse what is shown; again, each time that another key came too close."""
        self._decide("ctrl+r", until)

    def _decide(self, chord: str, until: str) -> None:
        for _ in range(MAX_PRESSES):
            before = len(self.output)
            self.press(chord)
            self.wait_for(lambda: until in self.screen or self._has_told(before))  # noqa: B023
            if self.appears(until, within=BETWEEN_PRESSES):
                return
        raise AssertionError(f"refused {MAX_PRESSES} times; the screen:\n{self.screen}")

    def _has_told(self, before: int) -> bool:
        """Whether the program has said since then that a chord did nothing; its words may be drawn in pieces."""
        words = _CONTROL.sub(b"", self.output[before:])
        return any(told in words for told in NOT_YET)

    def edit(self, text: str, before: str = "") -> None:
        """
        Put the cursor into the first text, and type.

        Args:
            before: What the text begins with, so that both are on the screen together afterwards.
        """
        self.wait_for("e edit")
        self.press("e")
        self.wait_for(self.is_typing)
        self.send(text)
        self.wait_for(text + before)

    def is_typing(self) -> bool:
        """Whether a text or a field has the focus: the footer then offers no command whose key is a letter."""
        footer = self.emulator.lines[-1]
        return "^G " in footer and "? help" not in footer

    def choose_tool(self, name: str) -> None:
        """Go to the Servers, and move the cursor down the tree to a tool of the first server."""
        self.press("f2")
        row = re.compile(rf"[ │┃]+[├└] {name}\b")
        self.wait_for(lambda: any(row.match(line) for line in self.screen.splitlines()))
        rows = [number for number, line in enumerate(self.screen.splitlines()) if row.match(line)]
        first = next(number for number, line in enumerate(self.screen.splitlines()) if re.match("[│┃]? ▼", line))
        self.press(*["down"] * (rows[0] - first))
        self.wait_for(lambda: re.search(rf"› {name} [─━]", self.screen))

    def wait_seconds_of_its_own(self, seconds: int) -> None:
        """Wait until the program shows that a request has waited so long: it has done nothing else meanwhile."""
        self.wait_for(lambda: any(int(age) >= seconds for age in re.findall(r"#\d.* (\d+) s\b", self.screen)))

    def kinds(self, record: str = "demo.sqlite3") -> list[str]:
        """Return the kinds of all rows of the record, oldest first; how rules judged is told by tests of those."""
        path = self.home / ".local/state/tuui-sampling" / record
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            return [
                kind for (kind,) in connection.execute("SELECT kind FROM events WHERE kind <> 'judged' ORDER BY id")
            ]


@contextmanager
def running(
    *arguments: str,
    cwd: Path,
    size: tuple[int, int] = WIDE,
    environ: Mapping[str, str] | None = None,
    controlling: bool = True,
    is_warm: bool = True,
) -> Iterator[Program]:
    """
    Run the command with these arguments; it ends with the block.

    Args:
        environ: Added to the test's own environment, and to that the terminal has 256 colours.
        controlling: The terminal is the program's controlling one.
        is_warm: As for `Terminal`; what is about the process itself wants the installed command, as it is started.
    """
    whole = {**os.environ, "TERM": "xterm-256color", **(environ or {})}
    command = [sys.executable, "-m", "tuui_sampling"] if is_warm else [COMMAND]
    program = Program([*command, *arguments], whole, cwd, size, controlling=controlling, is_warm=is_warm)
    program.home = Path(os.environ["HOME"])
    try:
        yield program
    finally:
        program.close()


@contextmanager
def demo(cwd: Path, size: tuple[int, int] = WIDE, **more: Any) -> Iterator[Program]:
    """Run the demonstration, until its first request waits; `more` is for `running`."""
    with running("demo", cwd=cwd, size=size, **more) as program:
        program.wait_for("Write a poem about the sea")
        yield program


def write_config(folder: Path, models: str = DEMO_MODEL, **servers: ServerCommand) -> str:
    """Write a configuration with these servers, and return its path."""
    tables = [
        f"[servers.{name}]\ncommand = {json.dumps(server.command)}\nargs = {json.dumps(list(server.args))}\n"
        f"cwd = {json.dumps(str(ROOT))}\n"
        for name, server in ((name, warm(cold)) for name, cold in servers.items())
    ]
    path = folder / "config.toml"
    path.write_text("\n".join((models, *tables)), encoding="utf-8")
    path.chmod(0o600)
    return str(path)


def wait_until(
    condition: Callable[[], object], what: str, poll: Callable[[float], object], limit: float = LIMIT
) -> None:
    """
    Wait for something that no terminal shows.

    Args:
        what: Says what was waited for, if it does not come.
        poll: Waits for so many seconds between two looks.
        limit: Seconds until it is given up.
    """
    for _ in range(int(limit / 0.05)):
        if condition():
            return
        poll(0.05)
    raise AssertionError(f"waited in vain for {what}")

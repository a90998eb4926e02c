"""The driver knows whether the terminal has taken what was painted, and whether it has said how large it is."""

import os
import termios
import threading
import tty
from collections.abc import Iterator
from typing import Any, cast

import pytest
from textual.app import App
from textual.events import Key, Paste
from textual.message import Message

from tuui_sampling.tui.terminal.driver import NonBlockingDriver, WrittenFile


class SlowFile:
    """A terminal that takes something only when it is let."""

    def __init__(self) -> None:
        self.may_take = threading.Event()

    def write(self, text: str) -> int:
        """Take a text."""
        return len(text)

    def flush(self) -> None:
        """Wait."""
        self.may_take.wait()


@pytest.fixture
def terminal() -> Iterator[int]:
    """A pseudo-terminal that says 0×0, as a new one does."""
    ours, its = os.openpty()
    yield its
    os.close(ours)
    os.close(its)


@pytest.mark.hostile(51)
async def test_a_terminal_that_says_nothing_of_its_size_is_not_taken_for_a_large_one(
    terminal: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    driver = NonBlockingDriver(App[None]())
    driver.fileno = terminal
    driver._get_terminal_size()
    assert not driver.knows_size
    termios.tcsetwinsize(terminal, (36, 120))
    driver._get_terminal_size()
    assert driver.knows_size
    termios.tcsetwinsize(terminal, (0, 0))
    monkeypatch.setenv("COLUMNS", "120")
    driver._get_terminal_size()
    assert not driver.knows_size
    monkeypatch.setenv("LINES", "36")
    driver._get_terminal_size()
    assert driver.knows_size  # the person has said it


async def test_what_the_terminal_has_not_taken_is_not_on_the_screen() -> None:
    slow = SlowFile()
    driver = NonBlockingDriver(App[None]())
    file = WrittenFile(WrittenFile(slow))
    driver._file = cast("Any", file)
    assert driver.has_written
    driver._queued = 1
    file.write("a request")
    flushing = threading.Thread(target=file.flush)
    flushing.start()
    assert not driver.has_written
    slow.may_take.set()
    flushing.join()
    assert driver.has_written
    driver._left_out = True  # a frame that a stalled terminal could not take
    assert not driver.has_written


class ReadingDriver(NonBlockingDriver):
    """A driver whose events are kept, for a test that sends it something."""

    def __init__(self, app: App[None], fileno: int) -> None:
        super().__init__(app)
        self.fileno = fileno
        self.came: list[str] = []

    def send_message(self, message: Message) -> None:
        """Keep it; the last key ends the reading."""
        self.came += [message.text] if isinstance(message, Paste) else []
        self.came += [message.key] if isinstance(message, Key) else []
        if self.came[-1:] == ["q"]:
            self.exit_event.set()


@pytest.mark.hostile(50)
async def test_a_paste_is_text_and_bytes_that_are_none_end_nothing() -> None:
    ours, its = os.openpty()
    tty.setraw(its)
    driver = ReadingDriver(App[None](), its)
    os.write(ours, b"k\xff\x1b[200~a\x1b[31m\x07\x00\x1b[201~q")
    driver.run_input_thread()
    assert driver.came == ["k", "replacement_character", "a\x1b[31m\x07\x00", "q"]
    os.close(ours)
    os.close(its)

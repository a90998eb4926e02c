"""
Finds a text that a terminal pastes as if it were typed.

Where a terminal, or what stands between (a tmux, a serial line), does not mark what is pasted, each letter of it would
be a command. Nobody types as fast as that: letters that come at one time are a paste, which only an editor takes.
"""

import asyncio
from collections.abc import Callable, Sequence
from itertools import groupby

from textual import events
from textual.message import Message

GATHERED = 0.004
"""Seconds that a letter waits for others that come with it."""

GOES_ON = 0.03
"""Seconds after a piece of a paste within which what comes belongs to it: a terminal may part a long one."""

MIN_LETTERS = 4
"""Letters that come at one time from which they are a paste; fewer may be two hands on the keyboard."""


class UnmarkedPaste:
    """Passes on what comes from the terminal."""

    def __init__(self, loop: asyncio.AbstractEventLoop, send: Callable[[Message], None]) -> None:
        """
        Pass on what comes.

        Args:
            send: Takes each event, and a paste in the place of its letters.
        """
        self._loop = loop
        self._send = send
        self._gathered: list[Message] = []
        self._pasted_at = float("-inf")

    def take(self, message: Message) -> None:
        """Pass an event on, in its turn; to be called in the loop."""
        if not self._gathered and not _is_letter(message):
            self._send(message)
            return
        if not self._gathered:
            self._loop.call_later(GATHERED, self._pass_on)
        self._gathered.append(message)

    def _pass_on(self) -> None:
        gathered, self._gathered = self._gathered, []
        for is_text, run in groupby(gathered, _is_text):
            part = list(run)
            following = part[:]
            while is_text and following and not _is_letter(following[-1]):
                following.pop()  # the enter after a text is a key of its own
            if is_text and self._is_paste(following):
                self._pasted_at = following[-1].time
                self._send(events.Paste("".join(map(_character, following))))
                part = part[len(following) :]
            for message in part:
                self._send(message)

    def _is_paste(self, run: Sequence[Message]) -> bool:
        letters = [_character(message) for message in run if _is_letter(message)]
        if letters and run[0].time - self._pasted_at < GOES_ON:
            return True
        return len(letters) >= MIN_LETTERS and len(set(letters)) > 1  # else a key is held down


def _is_letter(message: Message) -> bool:
    return isinstance(message, events.Key) and message.is_printable


def _is_text(message: Message) -> bool:
    return _is_letter(message) or (isinstance(message, events.Key) and message.key == "enter")


def _character(message: Message) -> str:
    return (message.character or "").replace("\r", "\n") if isinstance(message, events.Key) else ""

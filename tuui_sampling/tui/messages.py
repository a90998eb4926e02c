"""
From the desk, the supervisor and the runs to the screens: one signal each, which says only *that* something changed.

A model streams a thousand pieces, ten requests come at once: the screens hear of it at most thirty times a second, with
everything that changed since the last time. The first change after a rest is told at once.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from textual.message import Message

from ..frontend.policy.notices import Notice, Notices, sentences
from ..frontend.queue import withdrawals
from ..frontend.queue.withdrawals import Withdrawal, Withdrawals
from ..sampling.derived.beside import TURNS
from ..sampling.item import Item

INTERVAL = 1 / 30
"""Seconds between two tellings."""

NEWS_INTERVAL = 3.0
"""Seconds between two tellings of what passed by rule: what a flood brings is told in one sentence."""

TOGETHER = 0.25
"""Seconds within which a server that has ended loses all that it had asked: told in one sentence."""

Key = TypeVar("Key")


@dataclass
class ReviewsChanged(Message):
    """Reviews came, changed, or ended: look them up by id."""

    ids: frozenset[int]


@dataclass
class ServersChanged(Message):
    """Servers changed: look them up by name."""

    names: frozenset[str]


@dataclass
class RunsChanged(Message):
    """Tool calls changed: look them up by id."""

    ids: frozenset[int]


class Gathering(Generic[Key]):
    """Gathers changes, and tells of them in batches."""

    def __init__(
        self, tell: Callable[[frozenset[Key]], object], interval: float = INTERVAL, delay: float = 0.0
    ) -> None:
        """
        Gather nothing yet.

        Args:
            interval: Seconds between two tellings.
            delay: Seconds that the first after a rest waits for others that belong to it.
        """
        self._tell = tell
        self._interval = interval
        self._delay = delay
        self._gathered: set[Key] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._is_closed = False

    def add(self, key: Key) -> None:
        """Note one change."""
        self._gathered.add(key)
        if self._timer is None and not self._is_closed:
            self._timer = asyncio.get_running_loop().call_later(self._delay, self._flush)

    def close(self) -> None:
        """Tell of nothing more."""
        self._is_closed = True
        if self._timer is not None:
            self._timer.cancel()

    def _flush(self) -> None:
        loop = asyncio.get_running_loop()
        if not self._gathered:
            self._timer = None
            return
        gathered, self._gathered = frozenset(self._gathered), set()
        self._timer = loop.call_later(self._interval, self._flush)
        self._tell_after(TURNS, gathered)

    def _tell_after(self, turns: int, gathered: frozenset[Key]) -> None:
        """Tell after what servers wait for: to show it takes long."""
        if turns:  # no task: the program may end before its last turn
            asyncio.get_running_loop().call_soon(self._tell_after, turns - 1, gathered)
        elif not self._is_closed:
            self._tell(gathered)


class Changes:
    """Gathers the changes of each kind, and tells of them."""

    def __init__(
        self, tell: Callable[[ReviewsChanged | ServersChanged | RunsChanged], object], say: Callable[[str], object]
    ) -> None:
        """
        Gather nothing yet.

        Args:
            say: Tells the person something in words.
        """
        self.reviews = Gathering[int](lambda ids: tell(ReviewsChanged(ids)))
        self.servers = Gathering[str](lambda names: tell(ServersChanged(names)))
        self.runs = Gathering[int](lambda ids: tell(RunsChanged(ids)))
        self.gone = Gathering[Withdrawal](
            lambda gone: [say(sentence) for sentence in withdrawals.sentences(gone)], NEWS_INTERVAL, TOGETHER
        )
        self.news = Gathering[Notice](lambda news: [say(sentence) for sentence in sentences(news)], NEWS_INTERVAL)
        self._notices = Notices()
        self._withdrawals = Withdrawals()

    def note(self, item: Item) -> None:
        """Note that something on the desk has changed, and what has to be told of it."""
        self.reviews.add(item.id)
        if (gone := self._withdrawals.of(item)) is not None:
            self.gone.add(gone)
        for news in self._notices.of(item):
            self.news.add(news)

    def close(self) -> None:
        """Tell of nothing more."""
        for gathering in (self.reviews, self.servers, self.runs, self.gone, self.news):
            gathering.close()

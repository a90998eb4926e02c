"""Names what screens, groups of commands and widgets may ask of the app, so that none of them has to know it."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from textual.screen import Screen
from textual.widget import Widget

from ..config.settings import Drawing
from ..frontend.remembered import Remembered
from ..frontend.review.arming import Arming
from .commands import CommandSet
from .terminal.state import TerminalState

if TYPE_CHECKING:
    from ..frontend.presentation.costs import Spending
    from .saying import Saying

Answered = TypeVar("Answered")


class ConfigurationPort(Protocol):
    """What can be done about the configuration."""

    def why_not(self) -> str:
        """Return why there is none to read or to change."""

    def edit(self, line: int | None = None) -> None:
        """Open it in `$EDITOR`, and take it over."""

    async def change(self, change: Callable[[str], str]) -> str:
        """Change its text, and take it over; returns what went wrong, in words."""


class AppPort(Protocol):
    """What the app does for its screens and their groups of commands."""

    @property
    def arming(self) -> Arming:
        """Says whether an approval counts."""

    @property
    def spending(self) -> "Spending":
        """What was spent today."""

    @property
    def commands(self) -> CommandSet[Any]:
        """The commands that work on every screen."""

    @property
    def remembered(self) -> Remembered:
        """What the person has chosen about the screen."""

    @property
    def configuration(self) -> ConfigurationPort:
        """What can be done about the configuration."""

    @property
    def say(self) -> "Saying":
        """Tells the person something."""

    @property
    def terminal(self) -> TerminalState:
        """Says whether anything can be approved on the terminal."""

    def key_of(self, identifier: str) -> str:
        """Return the key of a command as it is shown, the user's own where there is one."""

    def ask(self, question: Screen[Answered], then: Callable[[Answered | None], object]) -> None:
        """Ask a short question; `then` is called with the answer, or with None."""

    def begin(self, work: Coroutine[None, None, None], group: str) -> None:
        """Do something that takes a while; it takes the place of what is under way in the same group."""

    async def answer_to(self, question: Screen[Answered]) -> Answered | None:
        """Ask a short question, and wait for the answer; only in work that `begin` has begun."""

    async def edit_outside(self, text: str, line: int | None = None) -> tuple[str | None, str]:
        """Let the person edit a text in `$EDITOR`: the text, or None when nothing was edited; and what went wrong."""

    def show_review(self, review: int) -> None:
        """Show a review in the Inbox, because the person asked for it."""

    async def show_message(self, server: str, number: int | None) -> None:
        """Show a server, and a message of its trace where one is named, because the person asked for it."""

    def focus_moved(self, old: Widget | None, new: Widget | None) -> None:
        """Hear that something else has the focus."""


@dataclass(frozen=True)
class Pictures:
    """
    How pictures get to the terminal.

    Attributes:
        images: The setting of that name.
        write: Writes a sequence of our own making to the terminal, past the screen.
        decoding: Held while a picture is decoded: one after the other, whatever memory each takes.
    """

    images: Drawing
    write: Callable[[str], None]
    decoding: asyncio.Lock = field(default_factory=asyncio.Lock)


class DrawsPictures(Protocol):
    """An app whose widgets may draw pictures."""

    @property
    def pictures(self) -> Pictures:
        """How pictures get to its terminal."""

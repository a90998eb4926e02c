"""
Says things to the person for as long as what they say has its cause.

1. What an action said goes with the next action, and when the person moves on to something else.
2. What says why something can't be done goes as soon as that is no longer so, too.
3. What a server, a rule or a file did stays its time, whatever is said beside it.
4. What is wrong until somebody does something about it stands above the screen until then.
5. What a status line says already is no message beside it: it is pointed out there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.notifications import Notification, Notify, SeverityLevel

from ..frontend.review.arming import Arming
from ..sampling.visible import visible
from .commands import CommandSet
from .delay import Delay
from .widgets.plain import StatusLine

if TYPE_CHECKING:
    from textual.app import App

SECONDS = 5.0
"""For so long a message stays at most, where nothing else is said of it."""

EDGES = 40
"""Cells of two lines that a message leaves: its edges, what wrapping loses, and the length of what is cut."""


@dataclass(frozen=True)
class _Said:
    """
    One message.

    Attributes:
        of_action: An action of the person's said it.
        holds: Whether it is true still.
    """

    shown: Notification
    of_action: bool
    holds: Callable[[], bool]


class Saying:
    """
    The messages that stand on the screen.

    Attributes:
        standing: What is wrong until somebody does something about it; empty where nothing is.
        stays: Returns what says whether the same is selected as when that was asked for, and no further than then.
    """

    def __init__(self, app: "App[Any]", arming: Arming) -> None:
        """Say nothing yet."""
        self._app = app
        self._arming = arming
        self.standing = ""
        self.stays: Callable[[], Callable[[], bool]] = lambda: lambda: True
        self._said: list[_Said] = []
        self._pointed_out: StatusLine | None = None
        self._points_while: Callable[[], bool] = lambda: True
        self._end_of_pointing: Delay | None = None

    def __call__(self, text: str, *, severity: SeverityLevel = "information") -> None:
        """Say what an action has done, in place of what was said before."""
        self.acted()
        self._add(text, severity, of_action=True)

    def why_not(self, text: str, holds: Callable[[], bool] = lambda: True) -> None:
        """
        Say why an action has done nothing, in place of what was said before: as long as the same is shown and selected.

        Where a status line of the screen says it already, that is pointed out for as long, and nothing is said twice.

        Args:
            holds: Whether that is so still.
        """
        screen, stays = self._app.screen, self.stays()
        self.acted()

        def is_so() -> bool:
            return self._app.screen is screen and stays() and holds()

        if (status := next((one for one in screen.query(StatusLine) if one.says(text)), None)) is not None:
            self._point_out(status, text, is_so)
        else:
            self._add(text, "information", of_action=True, holds=is_so)

    async def unless_done(self, commands: CommandSet[Any], identifier: str) -> None:
        """Do what a command says; else say why it is not possible, for as long as it is not."""
        if self._arming.in_a_burst:  # what the first key of a burst brought about is worth more
            await commands.run(identifier)
            return
        self.acted()
        if why_not := await commands.run(identifier):
            self.why_not(why_not, lambda: commands.why_not(identifier) == why_not)

    def tell(self, text: str, *, severity: SeverityLevel = "information", seconds: float | None = None) -> None:
        """Say what has happened, beside what is said otherwise."""
        self._add(text, severity, seconds)

    def stand(self, text: str) -> None:
        """Say what is wrong until something else is said here; with nothing, it is no longer so."""
        from .trouble import Trouble  # the first paint needs none of it

        if text != self.standing:
            self.standing = text
            for one in self._app.screen.query(Trouble):  # the other screens look when they are shown
                one.look()

    def acted(self) -> None:
        """Take away what the action before has said."""
        self._point_out(None)
        self._keep(lambda one: not one.of_action)

    def look(self) -> None:
        """Take away what is true no longer."""
        if not self._points_while():
            self._point_out(None)
        self._keep(lambda one: one.holds())

    def _point_out(
        self, status: StatusLine | None, sentence: str = "", holds: Callable[[], bool] = lambda: True
    ) -> None:
        """Point out a sentence of a status line, and of no other one; with nothing, of none."""
        if self._end_of_pointing is not None:
            self._end_of_pointing.stop()
        if self._pointed_out is not None:
            self._pointed_out.point_out("")
        self._pointed_out, self._points_while = status, holds
        self._end_of_pointing = None
        if status is not None:
            status.point_out(sentence)
            self._end_of_pointing = Delay(self._app, SECONDS, lambda: self._point_out(None))

    def _add(
        self,
        text: str,
        severity: SeverityLevel,
        seconds: float | None = None,
        *,
        of_action: bool = False,
        holds: Callable[[], bool] = lambda: True,
    ) -> None:
        line = " · ".join(filter(None, map(str.strip, text.splitlines()))).replace(": · ", ": ")
        words = visible(line, multiline=False, limit=2 * self._app.size.width - EDGES)
        shown = Notification(words, severity=severity, timeout=seconds or SECONDS)
        self._said.append(_Said(shown, of_action, holds))
        self._app.post_message(Notify(shown))

    def _keep(self, stays: Callable[[_Said], bool]) -> None:
        standing = [one for one in self._said if not one.shown.has_expired]
        self._said = [one for one in standing if stays(one)]
        for one in standing:
            if one not in self._said:
                self._app.call_later(self._app._unnotify, one.shown)  # what was said just now is on its way still

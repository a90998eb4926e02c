"""Looks several times a second for what is new, and only while it is on the screen: otherwise nothing wakes for it."""

from abc import abstractmethod
from typing import ClassVar

from textual.containers import Vertical
from textual.reactive import reactive
from textual.timer import Timer
from textual.widgets import Static


class FollowingView(Vertical):
    """
    A view of what comes without being asked for.

    Attributes:
        INTERVAL: Seconds between two looks.
        following: Whether to look; False while another screen is shown.
    """

    INTERVAL: ClassVar[float]

    following: reactive[bool] = reactive(True)
    _looking: Timer | None = None
    _said: str | None = None

    @abstractmethod
    def look(self) -> None:
        """Show what is new, if the view can be seen."""

    def on_mount(self) -> None:
        """Look from time to time, once it is shown."""
        self._looking = self.set_interval(self.INTERVAL, self.look, pause=True)

    def on_show(self) -> None:
        """Catch up, and go on looking."""
        self._go_on(self.following)

    def on_hide(self) -> None:
        """Look no more."""
        self._go_on(False)

    def watch_following(self) -> None:
        """Catch up when the screen is back."""
        self._go_on(self.following and bool(self.region))

    def say(self, foot: Static, words: str) -> None:
        """Say something below, where that is not said already: each update lays the screen out anew."""
        if words != self._said:
            self._said = words
            foot.update(words)

    def _go_on(self, looking: bool) -> None:
        if self._looking is None:
            return
        if looking:
            self._looking.resume()
            self.look()
        else:
            self._looking.pause()

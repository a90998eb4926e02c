"""
No text gets lost that is typed ahead, and none becomes a command because its editor was closed.

Textual sends a key to what has the focus when the key arrives. In `e` and then a text, or in a text, a Tab and another
text, typed while the program is busy, everything arrives before the first key has moved the focus. So a key that is no
letter of a text, or a click, is followed until what it does is done, and what comes meanwhile is held back. What the
terminal passes on at one time is a paste, and opens no editor: `unmarked_paste.py`.

The other way round: while somebody types, a server may withdraw the request whose editor they are in. The letters that
are still on their way would be commands then.
"""

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeGuard

from textual.app import App
from textual.dom import DOMNode
from textual.events import Key, Paste
from textual.widget import Widget
from textual.widgets import Input

from ..delay import Delay

if TYPE_CHECKING:
    from textual.widgets import TextArea

SETTLED = 0.4
"""
Seconds after which nobody waits any longer for a key that was handled to be on the screen. Less than the half second
that an approval needs, so that no chord that is held back approves what came after it.
"""

ENTER_REFRESHES = 4
"""Of the screen, after which what an Enter opens has the focus: that goes by messages, one after the other."""

PAUSE = 1.0
"""Seconds without a key after which a closed editor is forgotten, and letters are commands again."""

_MOVING = frozenset({"left", "right", "home", "end"})
_REPEATED = frozenset({"left", "right", "up", "down", "pageup", "pagedown"})


@dataclass(eq=False)
class _UnderWay:
    """
    A key or a click that is being handled.

    Attributes:
        key: None for a click.
        edits: It does something to a text, and leaves the focus there.
        is_command: No widget used it up itself.
    """

    key: Key | None
    edits: bool
    is_command: bool = False

    def is_of(self, key: str) -> bool:
        """Whether it is that key."""
        return self.key is not None and self.key.key == key


class TypeAhead:
    """Lets keys through one after the other."""

    def __init__(self, app: App[None], dispatch: Callable[[Key | Paste], Awaitable[None]]) -> None:
        """
        Wait for the first key.

        Args:
            dispatch: Gives a key to what has the focus now.
        """
        self._app = app
        self._dispatch = dispatch
        self._held: deque[Key | Paste] = deque()
        self._under_way: list[_UnderWay] = []
        self._passes: Callable[[Key | Paste], bool] = _any

    def hold(self, *, but: Callable[[Key | Paste], bool]) -> None:
        """Hold back everything until `release`, but what needs no waiting while nothing is held before it."""
        self._passes = but

    async def release(self) -> None:
        """Let everything through that was held back."""
        self._passes = _any
        await self._let_through()

    async def typed(self, event: Key | Paste) -> None:
        """Let a key through that has just arrived, or hold it back until those before it are done."""
        self._held.append(event)
        await self._let_through()

    def clicked(self, widget: Widget | None) -> None:
        """Note that a widget, if any, is about to hear of a click: what is typed next is meant for what that shows."""
        if widget is None:
            return
        under_way = _UnderWay(None, edits=False, is_command=True)
        self._under_way.append(under_way)
        self._follow(under_way, widget)

    def came_back(self, event: Key | Paste) -> None:
        """Note that no widget had a use for a key, so that it may be a command."""
        for one in self._under_way:
            one.is_command = one.is_command or one.key is event

    @property
    def may_move_the_focus(self) -> bool:
        """Whether something is being handled that may move the focus."""
        return any(not one.edits for one in self._under_way)

    async def _let_through(self) -> None:
        while self._held and self._may_go(self._held[0]):
            event = self._held.popleft()
            focused = self._app.focused
            if isinstance(event, Paste) or _is_inserted(event, focused):
                await self._dispatch(event)  # nothing can overtake it
                continue
            under_way = _UnderWay(event, edits=_edits(event, focused))
            self._under_way.append(under_way)
            await self._dispatch(event)
            if event.is_forwarded:
                self._follow(under_way, focused or self._app.screen)
            else:  # it was a command that comes before all widgets
                self._await_rest(under_way)

    def _may_go(self, event: Key | Paste) -> bool:
        """Say whether nothing is under way; an arrow that is held down does not wait for itself."""
        if not self._passes(event):
            return False
        key = event.key if isinstance(event, Key) else ""
        return not self._under_way or (key in _REPEATED and all(one.is_of(key) for one in self._under_way))

    def _follow(self, one: _UnderWay, node: DOMNode | None) -> None:
        """Go the way of the key: from what had the focus up to the app, behind it in every queue."""
        while node is not None and node is not self._app:
            if node.call_later(self._follow, one, node.parent):
                return
            node = node.parent  # it is going: the key went past it, too
        self._app.call_later(self._arrived, one)

    async def _arrived(self, one: _UnderWay) -> None:
        """
        The key has been handled. A command may still have to show what it does, as may an Enter, which opens something;
        all others are done.
        """
        if not one.edits and (one.is_command or one.is_of("enter")):
            self._await_rest(one, ENTER_REFRESHES if one.is_of("enter") else 1)
        else:
            await self._done(one)

    def _await_rest(self, one: _UnderWay, refreshes: int = 1) -> None:
        """Wait until the screen shows what a command did; whatever it focuses has the focus then."""
        self._app.screen.call_after_refresh(self._app.call_later, self._refreshed, one, refreshes)
        Delay(self._app, SETTLED, lambda: self._done(one))

    async def _refreshed(self, one: _UnderWay, refreshes: int) -> None:
        if refreshes > 1 and one in self._under_way:
            self._app.screen.call_after_refresh(self._app.call_later, self._refreshed, one, refreshes - 1)
        else:
            await self._done(one)

    async def _done(self, one: _UnderWay) -> None:
        if one in self._under_way:
            self._under_way.remove(one)
            await self._let_through()


class ClosedEditor:
    """Knows whether the editor that somebody types in was closed under their hands."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last = float("-inf")
        self._gave_a_command = False
        self._is_closed = False

    def clicked(self) -> None:
        """Note a click: letters that come after it are meant for what it was on."""
        self._is_closed = False
        self._last, self._gave_a_command = self._clock(), True

    def swallows(self, event: Key | Paste, focused: Widget | None) -> bool:
        """Note a key, and say whether it was meant for the editor that is closed; Esc ends that, as a pause does."""
        now, is_text = self._clock(), is_typed(event)
        if now - self._last >= PAUSE:
            self._is_closed = False
        self._last, self._gave_a_command = now, not is_text or _submits(event, focused)
        if not self._is_closed or is_editor(focused):
            return False
        if isinstance(event, Key) and event.key == "escape":
            self._is_closed = False
            return True
        return is_text

    def focus_moved(self, old: Widget | None, new: Widget | None) -> None:
        """Note that something else has the focus, or that an editor takes nothing more, while no key is handled."""
        by_command = self._gave_a_command and self._clock() - self._last < PAUSE
        if has_text(old) and not is_editor(new) and not by_command:
            self._is_closed = True
            self._last = self._clock()


def _any(event: Key | Paste) -> bool:
    return True


def is_editor(widget: Widget | None) -> bool:
    """Whether letters are text there."""
    return isinstance(widget, Input) or (_is_area(widget) and not widget.read_only)


def has_text(widget: Widget | None) -> bool:
    """Whether letters are text there, or would be if it could be edited."""
    return isinstance(widget, Input) or _is_area(widget)


def _is_area(widget: Widget | None) -> "TypeGuard[TextArea]":
    if widget is None:
        return False
    from textual.widgets import TextArea  # not for the first paint, on which nothing has the focus

    return isinstance(widget, TextArea)


def _edits(event: Key, focused: Widget | None) -> bool:
    """Whether a key does something to the text that has the focus, and leaves the focus there."""
    return is_editor(focused) and (is_typed(event) or event.key in _MOVING) and not _submits(event, focused)


def _is_inserted(event: Key, focused: Widget | None) -> bool:
    """Whether a key is a part of the text at once; all others that edit come back as commands first."""
    return _edits(event, focused) and (event.is_printable or event.key == "enter")


def is_typed(event: Key | Paste) -> bool:
    """Whether texts are written with it: a paste, or a key of a text."""
    return isinstance(event, Paste) or event.is_printable or event.key in ("enter", "backspace", "delete")


def _submits(event: Key | Paste, focused: Widget | None) -> bool:
    """Whether it is the Enter that ends a line of its own."""
    return isinstance(event, Key) and event.key == "enter" and not _is_area(focused)

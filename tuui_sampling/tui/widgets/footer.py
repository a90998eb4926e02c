"""Draws the keys that do something now in one line: one widget, whatever it shows."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from textual import events
from textual.binding import ActiveBinding
from textual.content import Content
from textual.widget import Widget

from ...frontend.review.arming import LOOK
from ..commands import CommandSet, is_character, shown_key

MORE = "…"
"""Says that keys are left out for want of room."""


@dataclass(frozen=True)
class FooterKey:
    """
    One key of the footer.

    Attributes:
        key: As Textual names it.
        shown: As people write it.
        words: What it does now, in one or two words.
        help: The same as a sentence.
        id: Of the command; empty for a widget's own key.
    """

    key: str
    shown: str
    words: str
    help: str
    id: str = ""

    @property
    def width(self) -> int:
        """Cells that it takes."""
        return Content(f" {self.shown} {self.words} ").cell_length


def footer_keys(
    active: Iterable[ActiveBinding], sets: Sequence[CommandSet[Any]], *, narrow: bool, is_typing: bool = False
) -> list[FooterKey]:
    """
    Return the keys that do something now, called what they do now; of several for one command, the first.

    Commands stand in the order of their tables, whatever keys they have: Textual lists changed keys last, and what is
    last is left out for want of room.

    Args:
        active: What is bound now.
        sets: The commands that may be bound; a widget's own keys are shown as it declares them.
        narrow: There is room only for the most important ones.
        is_typing: Characters go into a text. Textual 8.2.8 knows that of letters, not of `/` and others with names.
    """
    keys: dict[str, FooterKey] = {}
    places: dict[str, tuple[int, int]] = {}
    for one in active:
        binding = one.binding
        if is_typing and is_character(binding.key):
            continue
        identifier = binding.id or ""
        at, commands = next(((at, found) for at, found in enumerate(sets) if identifier in found), (0, None))
        if commands is not None:
            places[identifier] = (at, commands.place(identifier))
            words = commands.shown(identifier, narrow=narrow)
        else:
            words = binding.description if binding.show else ""
        if words and binding.action not in keys:
            shown = binding.key_display or shown_key(binding.key)
            keys[binding.action] = FooterKey(binding.key, shown, words, one.tooltip, identifier)
    in_order = iter(sorted((one for one in keys.values() if one.id in places), key=lambda one: places[one.id]))
    return [next(in_order) if one.id in places else one for one in keys.values()]


def fitting(keys: Sequence[FooterKey], width: int, spare: Sequence[str]) -> list[FooterKey]:
    """Return keys without as many of the spare commands, the last first, as leave no room for the others."""
    kept = list(keys)
    for identifier in reversed(spare):
        if sum(one.width for one in kept) > width:
            kept = [one for one in kept if one.id != identifier]
    return kept


def whole(keys: Sequence[FooterKey], width: int) -> Sequence[FooterKey]:
    """Return the keys that have room whole; the last of all, which leads to the others, stays."""
    if sum(one.width for one in keys) <= width:
        return keys
    kept, room = [], width - keys[-1].width - len(MORE)
    for one in keys[:-1]:
        room -= one.width
        if room < 0:
            break
        kept.append(one)
    return [*kept, keys[-1]]


class KeyFooter(Widget, can_focus=False):
    """
    The keys that do something now; a click presses one.

    Textual's own footer makes a widget for each key, and keeps those that it replaces for as long as the program runs.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES = {"key-footer--key"}  # noqa: RUF012 - Textual's own declaration
    DEFAULT_CSS = """
    KeyFooter {
        dock: bottom; height: 1; color: $footer-foreground; background: $footer-background; text-wrap: nowrap;
        & .key-footer--key { color: $text-accent; text-style: bold; }
    }
    """

    def __init__(self, keys: Callable[[], Sequence[FooterKey]]) -> None:
        """
        Show keys.

        Args:
            keys: Returns what does something now; asked whenever that may have changed.
        """
        super().__init__()
        self._keys = keys
        self._shown: Sequence[FooterKey] = ()
        self._before: Sequence[FooterKey] = ()
        self._since = 0.0

    def on_mount(self) -> None:
        """Hear of changes."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self.refresh())

    def render(self) -> Content:
        """Ask what does something now."""
        keys = self._keys()
        shown = whole(keys, self.size.width)
        if shown != self._shown:
            self._before, self._shown, self._since = self._shown, shown, time.monotonic()
        style = self.get_visual_style("key-footer--key")
        parts = [Content(f" {one.shown} ").stylize(style) + Content(f"{one.words} ") for one in self._shown]
        return Content("").join([*parts, Content(MORE if len(self._shown) < len(keys) else "")])

    def _at(self, x: int, shown: Sequence[FooterKey]) -> FooterKey | None:
        for one in shown:
            if 0 <= x < one.width:
                return one
            x -= one.width
        return None

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Explain the key under the pointer."""
        one = self._at(event.x, self._shown)
        if self.tooltip != (words := one.help if one is not None else None):
            self.tooltip = words

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """
        Press the key that was painted under the pointer, as of the time when the mouse was pressed.

        One that took another's place there less than half a second before was not meant.
        """
        at = float(getattr(self.app, "pressed_at", event.time))
        is_new = self._since <= at < self._since + LOOK
        one, before = self._at(event.x, self._shown), self._at(event.x, self._before)
        if at < self._since:
            one = before
        if one is not None and not (is_new and before is not None and before.key != one.key):
            pressed = events.Key(one.key, None)
            pressed.time = at
            self.app.post_message(pressed)

"""Several requests, or responses, beside each other: what differs, what is the same, and two keys that decide."""

from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from ...frontend.queue.batch import Part, differing
from ..widgets.plain import Plain, line, plain

COLUMNS = 3
"""Requests that stand beside each other; more come below."""

DIFFERS = "bold underline"
"""How what is not the same in all is drawn: no colour is needed to see it."""

LOOK_AGAIN = 0.1
"""Seconds between two looks whether what is shown is what would be sent."""


class DecideTogether(ModalScreen[None]):
    """What several requests or responses are, and the keys that approve or reject all of them."""

    BINDINGS: ClassVar = [
        Binding("escape", "cancel", "cancel"),
        Binding("ctrl+g", "send", "approve all", priority=True, id="approve"),
        Binding("ctrl+r", "refuse", "reject all", priority=True, id="reject"),
    ]
    DEFAULT_CSS = """
    DecideTogether VerticalScroll { height: 1fr; margin-top: 1; }
    DecideTogether .part { text-style: bold; color: $text-accent; margin-top: 1; }
    DecideTogether Horizontal { height: auto; }
    DecideTogether .column { width: 1fr; height: auto; padding-right: 2; }
    DecideTogether Plain { height: auto; }
    """

    def __init__(
        self,
        heading: str,
        names: Sequence[str],
        differing: Sequence[Part],
        same: Sequence[Part],
        *,
        verb: str,
        looked_at: Callable[[bool], bool],
        decide: Callable[["DecideTogether", bool], object],
        key_of: Callable[[str], str],
    ) -> None:
        """
        Show requests.

        Args:
            heading: How many there are, and of whom.
            names: The number of each.
            verb: What approving them is called.
            looked_at: Called again and again while they are on the screen, with whether its end has come into view
                since; whether the terminal has taken that.
            decide: Called with True where all are to be sent, and with False where all are refused.
            key_of: Returns the key of a command, as it is shown.
        """
        super().__init__()
        self._heading, self._names = heading, names
        self._differing, self._same = differing, same
        self._verb = verb
        self._looked_at = looked_at
        self._decide = decide
        self._key_of = key_of
        self.is_seen = False

    def compose(self) -> ComposeResult:
        """Show what differs side by side, then what is the same, and the keys."""
        keys = "[b]$send[/] $verb all    [b]$refuse[/] reject all    [b]esc[/] decide nothing"
        send, refuse = self._key_of("approve"), self._key_of("reject")
        with Vertical(classes="dialog batch"):
            yield Plain(self._heading)
            with VerticalScroll(can_focus=True):
                yield from self._rows()
            yield Static(Content.from_markup(keys, send=send, refuse=refuse, verb=self._verb), classes="keys")

    def _rows(self) -> Iterator[Widget]:
        for part in self._differing:
            yield Plain(Content("≠ ") + line(part.name, 80), classes="part")
            shown = [
                Content(f"{name}\n") + _marked(text, stretch)
                for name, text, stretch in zip(self._names, part.texts, differing(part.texts), strict=True)
            ]
            if len(shown) > COLUMNS:
                shown += [Content("")] * (-len(shown) % COLUMNS)  # all columns are as wide
            for start in range(0, len(shown), COLUMNS):
                yield Horizontal(*(Plain(text, classes="column") for text in shown[start : start + COLUMNS]))
        if not self._differing:
            yield Plain("Nothing differs: all of them are the same.", classes="part")
        for part in self._same:
            yield Plain(Content("= ") + line(part.name, 80), classes="part")
            yield Plain(part.texts[0])

    def on_mount(self) -> None:
        """Begin at the top, and look what has been on the screen."""
        self.query_one(VerticalScroll).focus()
        self.set_interval(LOOK_AGAIN, lambda: self.call_after_refresh(self._look))

    def _look(self) -> None:
        """Note that the end was on the screen: where it has just been scrolled to, the half second begins anew."""
        scroll = self.query_one(VerticalScroll)
        at_end = scroll.size.height > 0 and scroll.scroll_offset.y >= scroll.max_scroll_y
        if self.is_current and self._looked_at(at_end and not self.is_seen):
            self.is_seen |= at_end

    def action_send(self) -> None:
        """Send all of them, where that counts."""
        self._decide(self, True)

    def action_refuse(self) -> None:
        """Refuse all of them, where that counts."""
        self._decide(self, False)

    def action_cancel(self) -> None:
        """Decide nothing."""
        self.dismiss(None)


def _marked(text: str, stretch: tuple[int, int]) -> Content:
    """Return foreign text with the stretch that differs from the others marked."""
    start, end = stretch
    return plain(text[:start]) + plain(text[start:end]).stylize(DIFFERS) + plain(text[end:])

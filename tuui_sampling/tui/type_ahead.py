"""
No text gets lost that is typed ahead.

Textual sends a key to what has the focus when the key arrives. In `e` and then a text, typed or pasted in one go, the
whole text arrives before `e` has moved the focus into the editor; so it would come to nobody.
"""

from collections import deque

from textual.events import Event
from textual.widget import Widget

MOST = 256
"""Keys that may be on their way at once."""


class TypeAhead:
    """Remembers which keys came while nothing had the focus."""

    def __init__(self) -> None:
        self._to_nobody: deque[Event] = deque(maxlen=MOST)

    def typed(self, event: Event, focused: Widget | None) -> None:
        """Note a key or a paste that has just arrived."""
        if focused is None:
            self._to_nobody.append(event)

    def hand_over(self, event: Event, focused: Widget | None) -> bool:
        """Give what was sent to nobody, and comes back unused, to what an earlier key has focused; False if nothing."""
        found = next((one for one in self._to_nobody if one is event), None)
        if found is None:
            return False
        self._to_nobody.remove(found)
        if focused is None:
            return False
        focused.post_message(event)
        return True

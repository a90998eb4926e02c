"""
No text gets lost that is typed ahead.

Textual sends a key to what has the focus when the key arrives. In `e` and then a text, typed or pasted in one go, the
whole text arrives before `e` has moved the focus into the editor; so it would come to something that has no use for it.
"""

from collections import deque

from textual.events import Event, Key
from textual.widget import Widget

MOST = 256
"""Keys that may be on their way at once."""


class TypeAhead:
    """Remembers what had the focus when a key came."""

    def __init__(self) -> None:
        self._on_their_way: deque[tuple[Event, Widget | None]] = deque(maxlen=MOST)

    def typed(self, event: Event, focused: Widget | None) -> None:
        """Note a character or a paste that has just arrived."""
        if not isinstance(event, Key) or event.is_printable:
            self._on_their_way.append((event, focused))

    def hand_over(self, event: Event, focused: Widget | None) -> bool:
        """Give what nobody had a use for to what an earlier key has focused meanwhile; False where nothing has been."""
        found = next((one for one in self._on_their_way if one[0] is event), None)
        if found is None:
            return False
        self._on_their_way.remove(found)
        if focused is None or focused is found[1]:
            return False
        focused.post_message(event)
        return True

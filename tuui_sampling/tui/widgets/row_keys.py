"""Holds the keys that move the cursor through a list that draws its own rows."""

from textual.binding import Binding

ROW_KEYS = (
    Binding("up,k", "move(-1)", "up", show=False),
    Binding("down,j", "move(1)", "down", show=False),
    Binding("home", "move(-1000000)", "first", show=False),
    Binding("end", "move(1000000)", "last", show=False),
    Binding("pageup", "move(-10)", "page up", show=False),
    Binding("pagedown", "move(10)", "page down", show=False),
)
"""What each calls is `action_move` of the list, with rows."""

"""A mouse as a terminal tells of it; what it is over, and what is a click, is for the program to find out."""

from textual import events
from textual.app import App


def press(app: App[None], x: int, y: int) -> None:
    """Press the left button over a cell of the screen."""
    app.post_message(events.MouseDown(None, x, y, 0, 0, 1, False, False, False, x, y))


def release(app: App[None], x: int, y: int) -> None:
    """Release it there."""
    app.post_message(events.MouseUp(None, x, y, 0, 0, 1, False, False, False, x, y))


def wheel_down(app: App[None], x: int, y: int) -> None:
    """Turn the wheel over it, down by one."""
    app.post_message(events.MouseScrollDown(None, x, y, 0, 1, 0, False, False, False, x, y))

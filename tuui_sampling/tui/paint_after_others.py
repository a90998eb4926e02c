"""Lets what servers wait for be answered before a screen is laid out and painted, which are long steps of the loop."""

from textual.screen import Screen

from ..sampling.derived.beside import after_others, long_step


def paint_after_others(screen: Screen[None]) -> None:
    """Have Textual's own timer, which lays a screen out and paints it, do that after what has come meanwhile."""
    timer = screen._update_timer
    paint = timer._callback
    assert paint is not None

    async def paint_then() -> None:
        await after_others()
        with long_step():
            paint()

    timer._callback = paint_then

"""
Lets what servers wait for be answered before a screen is laid out and painted, which are long steps of the loop; and
has all painted that a layout has changed.
"""

from textual._compositor import Compositor, CompositorMap, ReflowResult
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

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


def paint_what_has_changed() -> None:
    """
    Have each layout compared with the one before it, so that all is painted, and told its size, that it has changed.

    Textual (8.2.8) compares it with a map that is made anew where somebody asks for a widget's place after a scroll:
    the map may show what is to be laid out next already, and what stood there before stays on the screen then.
    """
    Compositor.reflow = _reflow  # type: ignore[method-assign, assignment]


_compare_and_lay_out = Compositor.reflow


def _reflow(compositor: Compositor, parent: Widget, size: Size) -> ReflowResult:
    before: CompositorMap | None = vars(compositor).get("laid_out")
    if before is not None:
        compositor._full_map = before
    result = _compare_and_lay_out(compositor, parent, size)
    vars(compositor)["laid_out"] = compositor._full_map
    return result

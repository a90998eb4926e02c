"""How far a running call is, drawn with characters, so that it needs neither colour nor a timer of its own."""

from textual.content import Content

from ....desk.invocations import Progress
from ...widgets.plain import line

CELLS = 20
"""Width of the bar."""

_BLOCK = 5


def progress_line(progress: Progress, seconds: float) -> Content:
    """
    Return a bar, the share and the server's words.

    Args:
        seconds: How long it has been running: a bar without an end moves along with them.
    """
    words = line(progress.words, 300)
    fraction = progress.fraction
    if fraction is None:
        start = int(seconds) % (CELLS - _BLOCK + 1)
        bar = "░" * start + "█" * _BLOCK + "░" * (CELLS - _BLOCK - start)
        return Content.assemble(f"{bar}  ", words)
    full = int(fraction * CELLS)
    return Content.assemble(f"{'█' * full}{'░' * (CELLS - full)} {int(fraction * 100):>3} %  ", words)

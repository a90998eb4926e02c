"""
What a test on Textual's Pilot need not do: nobody sees its screen, and no style sheet differs from the last test's.

Textual composes every frame also where it has no terminal to send it to, and parses all styles anew for each app:
together two fifths of the time of these tests. What a test asks of the screen (`screen_text`, snapshots) is drawn all
the same, and frames as they go to a terminal are tested in `tests/scenes/terminal/`.
"""

from typing import Any

import pytest
from textual._compositor import Compositor
from textual.css import stylesheet
from textual.css.model import RuleSet

from tuui_sampling.tui.document.view import DocumentView

_frame = Compositor.render_update
_parse: Any = vars(stylesheet)["parse"]
_parsed: dict[tuple[object, ...], list[Any]] = {}
_variables: dict[str, int] = {}
"""The values of variables that style sheets were parsed with, numbered."""
_newest: list[Any] = [None, 0]
"""Those that were asked for last, and their number: to put them in words takes longer than the rest of a look-up."""


def _no_frame(self: Compositor, full: bool = False, screen_stack: object = None, simplify: bool = False) -> None:
    """Paint documents only, whose rows count as seen once they were painted."""
    self._dirty_regions.clear()
    for widget in self.visible_widgets:
        if isinstance(widget, DocumentView):
            widget.render_lines(widget.size.region)


def _parse_once(scope: str, css: str, read_from: object, **how: Any) -> list[Any]:
    variables = _number_of(how.get("variable_tokens")) if "$" in css else None
    key = (scope, css, read_from, how.get("is_default_rules"), how.get("tie_breaker"), variables)
    if key not in _parsed:
        _parsed[key] = list(_parse(scope, css, read_from, **how))
    return _parsed[key]


def _number_of(variables: object) -> int:
    if variables is not _newest[0]:
        _newest[:] = [variables, _variables.setdefault(repr(variables), len(_variables))]
    number: int = _newest[1]
    return number


def pytest_configure() -> None:
    """Parse each style sheet once, and hash rules by what they are in C, not in Python: millions of times a run."""
    vars(stylesheet)["parse"] = _parse_once
    RuleSet.__hash__ = object.__hash__  # type: ignore[method-assign]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Compose no frames but for tests with the mark `drawn`."""
    is_drawn = item.get_closest_marker("drawn") is not None
    Compositor.render_update = _frame if is_drawn else _no_frame  # type: ignore[method-assign]

"""Shows one tab of a review, or the request beside its response where the terminal is wide enough for both."""

from textual.widgets import ContentSwitcher

BESIDE = {"request": " Request", "response": " Response "}
"""The tabs that stand side by side, and their titles then; at a corner the border leaves room by itself."""

WIDE, WIDER = 120, 160
"""Columns of the terminal from which they do; the second where several answers stand side by side already."""


class BothSides(ContentSwitcher):
    """The tabs of a review."""

    DEFAULT_CSS = """
    BothSides.-beside {
        layout: horizontal;
        #request { width: 1fr; border-right: vkey $panel; }
        #response { width: 1fr; }
        &.-columns #response { width: 2fr; }
        #request, #response {
            border-top: blank; border-title-color: $text-muted;
            &.-current { border-title-style: bold reverse; }
        }
    }
    """
    _has_answer = _in_columns = False

    def lay_out(self, *, has_answer: bool, in_columns: bool) -> None:
        """Show what belongs to the present tab: both sides, where there is an answer to look at."""
        self._has_answer, self._in_columns = has_answer, in_columns
        enough = self.app.size.width >= (WIDER if in_columns else WIDE)
        both = has_answer and self.current in BESIDE and enough
        self.set_class(both, "-beside")
        self.set_class(in_columns, "-columns")
        for name, title in BESIDE.items():
            side = self.get_child_by_id(name)
            side.display = both or name == self.current
            if side.border_title != title:  # setting it draws the whole side, whatever it was
                side.border_title = title
            side.set_class(name == self.current, "-current")

    def on_resize(self) -> None:
        """Lay out at the new width."""
        self.lay_out(has_answer=self._has_answer, in_columns=self._in_columns)

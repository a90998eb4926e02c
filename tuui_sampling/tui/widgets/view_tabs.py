"""One line of tabs, each with the key that shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.visual import VisualType
from textual.widget import Widget
from textual.widgets import Static

from .plain import Plain


class ViewTab(Static):
    """One tab; a click shows its view."""

    ALLOW_SELECT = False

    def __init__(self, view: str, label: str, key: str) -> None:
        super().__init__(Content.from_markup("[dim]$key[/] $label", key=key, label=label), id=f"view-tab-{view}")
        self.view = view

    def on_click(self) -> None:
        """Ask for the view."""
        self.post_message(ViewTabs.Chosen(self.view))


class ViewTabs(Horizontal):
    """
    The tabs of one place, and beside them what is looked at.

    Attributes:
        current: The view that is shown.
    """

    DEFAULT_CSS = """
    ViewTabs {
        height: 1; padding: 0 1; background: $boost;
        ViewTab { width: auto; padding: 0 1; }
        ViewTab:hover { background: $boost; }
        ViewTab.-current { text-style: bold reverse; }
        .view-subject { width: 1fr; height: 1; text-align: right; text-wrap: nowrap; text-overflow: ellipsis; }
    }
    """

    current: reactive[str] = reactive("", init=False)

    @dataclass
    class Chosen(Message):
        """The person wants that view."""

        view: str

    def __init__(self, views: Sequence[tuple[str, str, str]]) -> None:
        """
        Show tabs.

        Args:
            views: For each its name, its label and its key as shown.
        """
        super().__init__()
        self._views = views
        self.set_reactive(ViewTabs.current, views[0][0])

    def compose(self) -> ComposeResult:
        """Lay out the line."""
        for view, label, key in self._views:
            tab = ViewTab(view, label, key)
            tab.set_class(view == self.current, "-current")
            yield tab
        yield Plain("", multiline=False, classes="view-subject")

    def watch_current(self) -> None:
        """Mark the tab."""
        for tab in self.query(ViewTab):
            tab.set_class(tab.view == self.current, "-current")

    def leave_hidden(self, shown: Widget, home: Widget | None = None) -> None:
        """
        Take the focus out of the views that are no longer shown, at once: what is typed next must not go there.

        Args:
            shown: The one that is.
            home: Where the focus goes.
        """
        focused = self.screen.focused
        if focused is not None and self.parent in focused.ancestors and shown not in focused.ancestors_with_self:
            self.screen.set_focus(home)

    def show_subject(self, subject: VisualType) -> None:
        """Say what is looked at."""
        self.query_one(".view-subject", Plain).update(subject, layout=False)

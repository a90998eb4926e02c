"""Shows the Inbox: the queue of requests and the one that is selected; its groups of commands decide about that."""

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widget import Widget

from ...backend import Backend
from ...frontend.review.availability import became
from ...frontend.review.reviewing import Reviewing
from ..commands import CommandSet, bindings
from ..document.cursor import READING
from ..document.pane import SEARCHING_ON, DocumentPane
from ..document.view import DocumentView
from ..messages import ReviewsChanged
from ..mode_screen import ModeScreen
from ..port import AppPort
from ..terminal.type_ahead import is_editor
from ..widgets.footer import FooterKey
from .commands import COMMANDS, inbox_groups
from .view import WIDE
from .widgets.panel_messages import PanelEdited, PanelShown
from .widgets.queue import Queue
from .widgets.queue_pane import QueuePane
from .widgets.selected_pane import SelectedPane

SCROLLING = (
    ("up", "up"),
    ("down", "down"),
    ("pageup", "page_up"),
    ("pagedown", "page_down"),
    ("home", "home"),
    ("end", "end"),
    ("ctrl+home", "home"),
    ("ctrl+end", "end"),
)
"""Keys, and the way in which they scroll what is shown while nothing has the focus."""


NOT_YET = "The Inbox is not there yet."


class InboxScreen(ModeScreen):
    """The screen on which requests are reviewed and questions are answered."""

    MODE = "inbox"
    CSS_PATH = "inbox.tcss"
    BINDINGS = [  # noqa: RUF012 - Textual's own declaration
        *bindings(COMMANDS),
        *(Binding(key, f"scroll_shown('{way}')", show=False) for key, way in SCROLLING),
        *(Binding(one.key, f"read({one.action!r})", show=False) for one in (*READING, *SEARCHING_ON)),
    ]

    def __init__(self, backend: Backend, port: AppPort, reviewing: Reviewing) -> None:
        """Show nothing yet; what is selected and was edited outlives the screen."""
        super().__init__(backend, port)
        self.reviewing = reviewing
        self.pane = pane = SelectedPane(backend, reviewing, port.key_of)
        duplicates, kept, edited = reviewing.duplicates, port.remembered, self._is_edited
        self.list = QueuePane(
            backend.desk,
            reviewing,
            duplicates,
            remembered=kept,
            edited=edited,
            key_of=port.key_of,
            is_early=port.arming.takes_the_move,
        )
        self.filter_line = self.list.line
        self.groups = inbox_groups(backend, reviewing, duplicates, self.list, pane, self, port)
        self.commands = CommandSet(COMMANDS, self.groups, unless=lambda: "" if self.is_mounted else NOT_YET)

    def _footer_keys(self) -> list[FooterKey]:
        return self.groups.findings.among(super()._footer_keys(), self.size.width, is_typing=is_editor(self.focused))

    def compose_body(self) -> ComposeResult:
        """Lay out the queue and the selected review."""
        yield Horizontal(self.list, self.pane, id="inbox")

    def on_mount(self) -> None:
        """Put the cursor into the queue."""
        if self.is_wide:  # else it is folded, and the arrows scroll what is shown
            self.list.queue.focus()
        self.refresh_all()

    def on_screen_suspend(self) -> None:
        """Let nothing be approved that something else lies over."""
        self.groups.decisions.interrupt()

    def on_resize(self) -> None:
        """Let nothing be approved before it has been painted at the new size."""
        self.groups.decisions.interrupt()
        if self.is_mounted:
            self.list.use_width()
            self._shown()

    # --- what is shown ---

    @property
    def is_wide(self) -> bool:
        """Whether the queue is shown beside the review."""
        return self.size.width >= WIDE

    def refresh_all(self) -> None:
        """Show the queue and the selected review or inquiry anew."""
        self._show_rows()
        self.show_item()
        self.groups.navigation.go_on()

    def on_reviews_changed(self, message: ReviewsChanged) -> None:
        """Show what changed."""
        self._show_rows(message.ids)
        now = self.reviewing
        if now.selected in message.ids and not self.pane.review_panel.sync_while_writing(now.review):
            self.show_item()
        else:
            self.pane.note_others()
        self.groups.navigation.go_on()

    def show_item(self) -> None:
        """Show the selected review or inquiry as it is now."""
        self.pane.show()
        self.groups.drafts.offer()
        self._shown()

    def on_queue_selected(self, message: Queue.Selected) -> None:
        """Show what the person moved to."""
        self.port.say.acted()
        self._select(message.review)

    def select(self, review: int) -> None:
        """Show a review, because the person asked for it."""
        self.list.queue.selected = review
        self._select(review)

    def open(self, review: int) -> None:
        """Show a review, and of it what is to be decided, because the person asked for it elsewhere."""
        self.select(review)
        self.pane.panel.show_what_waits()

    def land(self) -> None:
        """Show something that waits, where what is selected does not."""
        self.groups.navigation.land()

    def _select(self, review: int) -> None:
        if review != self.reviewing.selected:
            self.reviewing.selected = review
            self.groups.decisions.look_away()
            self.groups.navigation.note_selected()
            self._show_rows()  # the row of identical ones stands for it now
            self.show_item()
            self.port.say.look()

    def action_show_candidate(self, number: int) -> None:
        """Show the response whose name was clicked."""
        self.groups.responses.show(number)

    def action_scroll_shown(self, way: str) -> None:
        """Scroll what is shown, while nothing that scrolls by itself has the focus."""
        if (scrollable := self.pane.panel.scrollable) is not None:
            getattr(scrollable, f"scroll_{way}")(animate=False)

    async def action_read(self, action: str) -> None:
        """Do what a key of documents does in the one that is shown, which gets the focus: its cursor is to be seen."""
        if isinstance(shown := self.pane.panel.scrollable, DocumentView):
            shown.focus()
            searches = any(action == one.action for one in SEARCHING_ON)
            await (shown.query_ancestor(DocumentPane) if searches else shown).run_action(action)

    def action_copy_text(self) -> None:
        """Copy what is selected; where nothing is, stop what is being written, as this key does in a shell."""
        if self.get_selected_text() is None and self.commands.is_possible("stop"):
            self.groups.responses.stop()
        else:
            super().action_copy_text()

    def _show_rows(self, changed: frozenset[int] = frozenset()) -> None:
        self.reviewing.note_changes(changed)
        self.pane.inquiry_panel.forget(set(self.backend.desk.inquiries))
        if (first := self.list.show()) is not None:
            self.select(first)

    def show_effect(self) -> None:
        """Show what a decision would do now, or how it ended."""
        self.pane.remark()

    def show_queue(self) -> None:
        """Show the queue as it is now, with the selected row in view."""
        self._show_rows()
        self.list.show_selected()
        self.refresh_bindings()

    def _is_edited(self, number: int) -> bool:
        return self.reviewing.is_edited(number) or self.pane.inquiry_panel.is_edited(number)

    @property
    def covers(self) -> bool:
        """The queue, opened over the review in a narrow terminal."""
        return self.list.covers

    def home(self) -> Widget | None:
        """The queue, where it is shown; else what can be read scrolls with the arrows."""
        return self.list.queue if self.list.is_shown else None

    def leave_editor(self) -> None:
        """Take the focus one step out; what lies over the review is closed first."""
        if self.covers:
            self.list.turn()
        else:
            super().leave_editor()

    def why_closed(self) -> str:
        """Say what has become of the selected one."""
        return f": {became(self.reviewing.item)}" if self.reviewing.item is not None else ""

    # --- what approving would do ---

    @on(PanelEdited)
    def _edited(self, message: PanelEdited) -> None:
        """Show what the edit means; the person has seen what they did themselves."""
        if message.item == self.reviewing.selected:
            self.pane.remark()
            self.groups.drafts.note(message.item)
            self.list.queue.refresh()
            self.groups.decisions.painting.look(by_hand=True)
            self.refresh_bindings()

    @on(PanelShown)
    def _shown(self) -> None:
        self.pane.remark()
        self.groups.decisions.painting.look()
        self.refresh_bindings()

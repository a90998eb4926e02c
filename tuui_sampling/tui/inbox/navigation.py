"""How the person moves about in the Inbox, and looks at what is selected from all sides. Nothing is decided here."""

from textual import on

from .view import InboxLooking
from .widgets.queue import Queue

SCROLLING = (
    ("up", "up"),
    ("down", "down"),
    ("pageup", "page_up"),
    ("pagedown", "page_down"),
    ("home", "home"),
    ("end", "end"),
)
"""Keys, and the way in which they scroll what is shown while nothing has the focus."""


class InboxMoving(InboxLooking):
    """The commands that only move and show."""

    def action_edit(self) -> None:
        """Put the cursor into the first text."""
        self.remove_class("-queue-open")
        self.panel.focus_text()

    def action_revert_field(self) -> None:
        """Put the original back into the focused field."""
        if not self.panel.revert(self.focused):
            self.say("Put the cursor into a field first.")

    async def action_external_editor(self) -> None:
        """Edit the focused text in the person's own editor."""
        from ..widgets.foreign_text_editor import TextBlockEditor

        around = self.focused.ancestors_with_self if self.focused is not None else ()
        holder = next((one for one in around if isinstance(one, TextBlockEditor)), None)
        if holder is None and self.review is not None:
            holder = self.review_panel.first_text()
        if holder is None:
            self.say("There is no text to edit here.")
            return
        text, problem = await self.port.edit_outside(holder.value)
        if problem:
            self.say(problem)
        elif text is not None and text != holder.value:
            holder.replace(text)

    def action_next_request(self) -> None:
        """Select the next open review."""
        self._step(1)

    def action_previous_request(self) -> None:
        """Select the open review before this one."""
        self._step(-1)

    def _step(self, by: int) -> None:
        waiting = self.waiting
        if not waiting:
            self.say("No other request waits.")
            return
        at = waiting.index(self.selected) if self.selected in waiting else (-1 if by > 0 else 0)
        self.select(waiting[(at + by) % len(waiting)])

    def select(self, review: int) -> None:
        """Show a review, because the person asked for it."""
        self.query_one(Queue).selected = review
        self.selected = review

    def action_toggle_queue(self) -> None:
        """Open the queue over the review in a narrow terminal, or fold it."""
        self.toggle_class("-queue-open")
        queue = self.query_one(Queue)
        self.set_focus(queue if self.has_class("-queue-open") else None)
        self.refresh_bindings()
        queue.call_after_refresh(queue.watch_selected)

    def action_unfold_alike(self) -> None:
        """Give each of the identical requests a row of its own, or fold them again."""
        if self.selected is not None:
            self._alike.turn(self.selected)
            self._show_queue()
            queue = self.query_one(Queue)
            queue.call_after_refresh(queue.watch_selected)
            self.refresh_bindings()

    @on(Queue.TurnWanted)
    def _turn_wanted(self) -> None:
        self.action_unfold_alike()

    @property
    def covers(self) -> bool:
        """The queue, opened over the review in a narrow terminal."""
        return self.has_class("-queue-open") and self.has_class("-narrow")

    def leave_editor(self) -> None:
        """Take the focus one step out; what lies over the review is closed first."""
        if self.covers:
            self.action_toggle_queue()
        else:
            super().leave_editor()

    def why_closed(self) -> str:
        """Say what has become of the selected one."""
        if self.item is None:
            return ""
        return f": #{self.item.id} " + ("has moved on" if self.item.phase.is_open else f"is {self.item.phase}")

    def wording(self, action: str) -> str:
        """Call what turns something round what it does now."""
        if action == "unfold_alike" and self._alike.is_unfolded(self.selected):
            return "fold"
        if action == "leave_editor" and self.covers:
            return "close"
        server = self.backend.supervisor.servers.get(self.item.origin.server) if self.item is not None else None
        if action == "pause_its_server" and server is not None and server.paused:
            return "resume"
        return super().wording(action)

    def action_scroll_shown(self, way: str) -> None:
        """Scroll what is shown, while nothing that scrolls by itself has the focus."""
        if (scrollable := self.panel.scrollable) is not None:
            getattr(scrollable, f"scroll_{way}")(animate=False)

    def action_show_request(self) -> None:
        """Show the request."""
        self.panel.tab = "request"

    def action_show_response(self) -> None:
        """Show the response."""
        self.panel.tab = "response"

    def action_show_changes(self) -> None:
        """Show what was changed."""
        self.panel.tab = "changes"

    def action_show_raw(self) -> None:
        """Show the messages."""
        self.panel.tab = "raw"

    def action_pause_its_server(self) -> None:
        """Hold back what the server of the selected one asks from now on, or let it through again."""
        server = self.backend.supervisor.servers.get(self.item.origin.server) if self.item is not None else None
        if server is not None:
            self.backend.supervisor.pause(server.name, not server.paused)
            key = self.port.key_of("pause-its-server")
            self.say(
                f"{server.name} is paused: what it asks is held back. What waits here stays; {key} resumes it."
                if server.paused
                else f"{server.name} is resumed."
            )

    async def action_show_message(self) -> None:
        """Show the message that brought the selected one, in the trace of its server."""
        item = self.item
        if item is None:
            return
        server = self.backend.supervisor.servers.get(item.origin.server)
        message = server.trace.message_of(item) if server is not None else None
        if message is None:
            self.say("Its message is not in the trace any more.")
        else:
            await self.port.show_message(item.origin.server, message.number)

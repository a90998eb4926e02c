"""Holds the commands that show what is selected from another side: its tabs, its message, its data."""

from ...frontend.presentation.media import media_files
from ...frontend.review.proposal import Tab
from ...frontend.review.reviewing import Reviewing
from ...servers.supervisor import Supervisor
from ..document.pane import DocumentPane
from ..document.view import DocumentView
from ..port import AppPort
from .widgets.selected_pane import SelectedPane


class Looking:
    """What can be looked at of the selected review or inquiry."""

    def __init__(self, reviewing: Reviewing, supervisor: Supervisor, pane: SelectedPane, port: AppPort) -> None:
        self._reviewing = reviewing
        self._supervisor = supervisor
        self._pane = pane
        self._port = port

    def show(self, tab: Tab) -> None:
        """Show a tab; it gets the focus where nothing else has it, so that its keys mean its text."""
        self._pane.panel.tab = tab
        if self._pane.screen.focused is None and isinstance(shown := self._pane.panel.scrollable, DocumentView):
            shown.focus()

    def search(self) -> None:
        """Ask what to look for in what is shown."""
        shown = self._pane.panel.scrollable
        around = shown.ancestors_with_self if shown is not None else ()
        document = next((one for one in around if isinstance(one, DocumentPane)), None)
        if document is None:
            self._port.say.why_not("What is shown can't be searched.")
        else:
            document.action_search()

    async def show_message(self) -> None:
        """Show the message that brought the selected one, in the trace of its server."""
        item = self._reviewing.item
        if item is None:
            return
        server = self._supervisor.servers.get(item.origin.server)
        message = server.trace.message_of(item) if server is not None else None
        if message is None:
            self._port.say.why_not("Its message is not in the trace any more.")
        else:
            await self._port.show_message(item.origin.server, message.number)

    def save_media(self) -> None:
        """Save a picture, a sound or other data of the request or of a response to a file."""
        from ..dialogs.save import save_one

        review = self._reviewing.review
        if review is not None:
            self._port.begin(save_one(self._port, f"#{review.id}", media_files(review)), "save")

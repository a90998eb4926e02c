"""An input of one line into which text of many lines can be pasted."""

from textual import events
from textual.widgets import Input


class LineInput(Input):
    """An `Input` that takes all of a paste, with spaces for line ends; alone, it would drop what follows the first."""

    def on_paste(self, event: events.Paste) -> None:
        """Put the pasted lines into one."""
        event.text = " ".join(event.text.strip("\r\n").splitlines())

    def end(self) -> None:
        """Hold nothing any more: whoever filters or searches by it shows everything."""
        self.value = ""

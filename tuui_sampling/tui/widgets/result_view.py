"""What a call returned, part by part."""

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Static

from ...desk.runs import Result
from ...servers.offered import PromptResult
from ...servers.server import ToolResult
from ..block_words import block_words
from ..plain import Plain
from ..pretty import pretty_json
from ..result_parts import parts_of
from .reader import Reader

LONG_TEXT, LONG_LINES = 4_000, 40
"""Characters and lines above which a text gets a reader with its own scroll bar."""

MOST_BLOCKS = 50
"""Blocks that are shown; a result with more says how many are not."""


class ResultView(Vertical):
    """A result: its error mark or description, its parts, its structured content."""

    DEFAULT_CSS = """
    ResultView {
        height: auto;
        Plain { height: auto; }
        Reader { height: 12; }
        .result-heading { color: $text-muted; }
    }
    """

    def __init__(self, result: Result) -> None:
        """Show a result, which never changes."""
        super().__init__()
        self._result = result

    def compose(self) -> ComposeResult:
        """Show each part."""
        result, parts = self._result, parts_of(self._result)
        if isinstance(result, ToolResult) and result.is_error:
            yield Static("The tool says that this is an error:", markup=False, classes="problem")
        if isinstance(result, PromptResult) and result.description:
            yield Plain(result.description, limit=2_000, classes="result-heading")
        for part in parts[:MOST_BLOCKS]:
            words = block_words(part.block)
            heading = " · ".join(one for one in (part.label, words.heading) if one)
            if heading:
                yield Plain(heading, multiline=False, limit=500, classes="result-heading")
            yield from text_widgets(words.text)
        if (more := len(parts) - MOST_BLOCKS) > 0:
            yield Static(f"… and {more} more blocks, which are not shown", classes="result-heading")
        structured = result.structured_content if isinstance(result, ToolResult) else None
        if structured is not None:
            yield Static("structured content", classes="result-heading")
            yield from text_widgets(pretty_json(structured))
        if not parts and structured is None:
            yield Static("It returned nothing.", classes="result-heading")


def text_widgets(text: str) -> Iterator[Widget]:
    """Yield the widget for a foreign text; none for an empty one."""
    if len(text) > LONG_TEXT or text.count("\n") > LONG_LINES:
        yield Reader(text)
    elif text:
        yield Plain(text)

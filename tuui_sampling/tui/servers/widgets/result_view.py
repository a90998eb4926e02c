"""What a call returned, part by part."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from ....desk.invocations import Result
from ....frontend.presentation.format import pretty_json
from ....frontend.presentation.results import parts_of, remarks_of
from ....servers.state.primitives import PromptResult
from ....servers.state.server import Tool, ToolResult
from ...widgets.part_widgets import part_widgets, text_widgets
from ...widgets.plain import Plain

MOST_BLOCKS = 50
"""Blocks that are shown; a result with more says how many are not."""


class ResultView(Vertical):
    """A result: its error mark or description, its parts, its structured content; all of it, where something is odd."""

    DEFAULT_CSS = """
    ResultView {
        height: auto;
        Plain { height: auto; }
        Reader { height: 12; }
        .result-heading { color: $text-muted; }
    }
    """

    def __init__(self, result: Result, tool: Tool | None = None) -> None:
        """
        Show a result, which never changes.

        Args:
            tool: What returned it, as its server lists it.
        """
        super().__init__()
        self._result = result
        self._remarks = remarks_of(result, tool)

    def compose(self) -> ComposeResult:
        """Show each part."""
        result, parts = self._result, parts_of(self._result)
        if isinstance(result, ToolResult) and result.is_error:
            yield Static("The tool says that this is an error:", markup=False, classes="problem")
        if isinstance(result, PromptResult) and result.description:
            yield Plain(result.description, limit=2_000, classes="result-heading")
        for remark in self._remarks:
            yield Plain(f"Not as it should be: {remark}", multiline=False, limit=500, classes="notice")
        for part in parts[:MOST_BLOCKS]:
            yield from part_widgets(part.block, part.label)
        if (more := len(parts) - MOST_BLOCKS) > 0:
            yield Static(f"… and {more} more blocks, which are not shown", classes="result-heading")
        structured = result.structured_content if isinstance(result, ToolResult) else None
        if structured is not None:
            yield Static("structured content", classes="result-heading")
            yield from text_widgets(pretty_json(structured))
        if not parts and structured is None:
            yield Static("It returned nothing.", classes="result-heading")
        if self._remarks:
            yield Static("raw: the whole result as it was sent", classes="result-heading")
            yield from text_widgets(pretty_json(result.raw))

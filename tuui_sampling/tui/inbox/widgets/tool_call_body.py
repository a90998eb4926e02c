"""A call that an agent wants: its arguments, editable, and what is told instead of calling."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import TextArea

from ....forms.arguments import NoObject, parse_arguments
from ....forms.check import SchemaCheck
from ....frontend.presentation.format import pretty_json
from ....frontend.presentation.primitives import hint_words
from ....frontend.review.inquiry_answer import Unready
from ....frontend.review.redacting import redact_json, restore_json
from ....sampling.inquiry import Reply, ToolCall
from ....sampling.request import Json, JsonObject
from ...widgets.checkbox import Tick
from ...widgets.line_input import LineInput
from ...widgets.plain import Plain, line
from ...widgets.text_editor import EditArea
from .inquiry_body import Body
from .redacting import Extent

UNUSED = "your text for the agent would be lost: refuse with it, tick “do not call it”, or clear it"


class ToolCallBody(Body):
    """What is called with what, and a text that the agent gets where it is not called."""

    DEFAULT_CSS: ClassVar[str] = """
    ToolCallBody EditArea { height: auto; max-height: 16; }
    """

    def __init__(self, asked: ToolCall) -> None:
        super().__init__()
        self._asked = asked
        self._check = SchemaCheck(asked.schema)
        self._arguments = EditArea(pretty_json(asked.arguments))
        self._text = LineInput(placeholder="for the agent: why it is refused, or what it gets instead", compact=True)
        self._instead = Tick("do not call it: the agent gets this text as its result", False, compact=True)
        self._problem = Plain("", classes="problem")
        self._replaced: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        """Lay out the tool, its arguments and the text."""
        asked = self._asked
        name = Content.assemble(line(asked.server, 60), " › ", line(asked.tool, 100).stylize("bold"))
        yield Plain(name)
        if asked.description:
            yield Plain(asked.description, classes="muted")
        if words := hint_words(asked.annotations):
            yield Plain(f"its server claims: {words}", classes="muted")
        yield Plain("arguments", classes="label")
        yield self._arguments
        yield self._problem
        yield self._text
        yield self._instead

    def on_mount(self) -> None:
        """Say at once what does not fit the schema."""
        self._judge()

    @on(TextArea.Changed)
    def _judge(self) -> None:
        """Say what is wrong with the arguments; what only breaks the schema is the server's to refuse."""
        try:
            problems = self._check.problems(parse_arguments(self._arguments.value))
        except NoObject as problem:
            problems = (str(problem),)
        self._problem.update("\n".join(f"⚑ {problem}" for problem in problems))
        self._problem.display = bool(problems)

    def redact(self, extent: Extent, note: str) -> bool:
        """Replace what was found in the arguments: what a note is of, else the first, or everything."""
        try:
            arguments = parse_arguments(self._arguments.value)
        except NoObject:
            return False
        redacted = redact_json(arguments, self._replaced, note, everything=extent != "finding")
        if redacted is not None:
            self._arguments.replace_all(pretty_json(redacted))
        return redacted is not None

    def put_back(self) -> bool:
        """Put back what was replaced last."""
        before = self._arguments.value
        try:
            arguments = parse_arguments(before)
        except NoObject:
            return False
        last = next((one for one in reversed(self._replaced) if one in before), None)
        if last is not None:
            self._arguments.replace_all(pretty_json(restore_json(arguments, {last: self._replaced[last]})))
        return last is not None

    def answer(self) -> Reply | Unready:
        """Return the call with its arguments, or what the agent gets instead."""
        if self._instead.value:
            return Reply("answer", text=self.reason) if self.reason else Unready("write what the agent gets instead")
        if self.reason:
            return Unready(UNUSED)
        if not self._arguments.is_edited:
            return Reply("accept", self._asked.arguments)
        try:
            return Reply("accept", parse_arguments(self._arguments.value))
        except NoObject as problem:
            return Unready(f"the arguments: {problem}")

    @property
    def reason(self) -> str:
        """What is written for the agent."""
        return self._text.value.strip()

    @property
    def is_edited(self) -> bool:
        """Whether the person has changed something."""
        return self._arguments.is_edited or bool(self._text.value) or self._instead.value

    @property
    def held(self) -> dict[str, Json]:
        """What is written in its controls."""
        return {"arguments": self._arguments.value, "text": self._text.value, "instead": self._instead.value}

    def hold(self, held: JsonObject) -> None:
        """Write it into them again."""
        if isinstance(arguments := held.get("arguments"), str):
            self._arguments.replace_all(arguments)
        if isinstance(text := held.get("text"), str):
            self._text.value = text
        self._instead.value = held.get("instead") is True

    def revert(self, focused: Widget | None) -> bool:
        """Put back the arguments that the agent wrote."""
        if focused is not self._arguments:
            return False
        self._arguments.replace_all(pretty_json(self._asked.arguments))
        return True

"""What a person has changed in one response, block by block, and the way back to a response. Pure values, no widget."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ...forms.arguments import NoObject, parse_arguments
from ...sampling.request import Block, TextBlock, ToolUseBlock
from ...sampling.response import Response
from ...sampling.wire import block_json
from ..presentation.content_blocks import block_words
from ..presentation.format import pretty_json

NEW_TEXT = -1
"""Stands for the position of a text that the person adds before everything else."""


def text_field(position: int) -> str:
    """Return the name of the field of a block that is not a tool use."""
    return "text" if position == NEW_TEXT else f"content[{position}]"


def arguments_field(position: int) -> str:
    """Return the name of the field of a tool use's arguments."""
    return f"content[{position}].input"


def answer_field(position: int, block: Block) -> str:
    """Return the name of the field that shows the text of a block."""
    return arguments_field(position) if isinstance(block, ToolUseBlock) else text_field(position)


@dataclass
class AnswerEdits:
    """
    The edits of one response; a block that is named nowhere is as the model wrote it.

    Attributes:
        texts: Position of a block → its text, or the JSON text of its arguments.
        names: Position of a tool use → the tool's name.
        left_out: Positions of the tool uses that are not returned.
        redacted: Placeholder → what the person has replaced by it.
    """

    texts: dict[int, str] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    left_out: set[int] = field(default_factory=set)
    redacted: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def is_edited(self) -> bool:
        """Whether anything differs from what the model wrote."""
        return bool(self.texts or self.names or self.left_out)

    def set_text(self, position: int, text: str, original: str) -> bool:
        """Note a block's text; the original makes it unedited again. Returns whether that changed anything."""
        return _set(self.texts, position, text, original)

    def set_name(self, position: int, name: str, original: str) -> bool:
        """Note a tool's name; the original makes it unedited again. Returns whether that changed anything."""
        return _set(self.names, position, name, original)

    def turn(self, position: int) -> None:
        """Leave a tool use out, or put it back."""
        self.left_out ^= {position}

    def apply(self, response: Response) -> Response:
        """Return the response as edited; arguments that are not a JSON object become its `broken_input`."""
        if not self.is_edited:
            return response
        edited_response = replace(response, blocks=tuple(block for _position, block in self.blocks(response)))
        if response.stop_reason == "toolUse" and response.tool_uses and not edited_response.tool_uses:
            return replace(edited_response, stop_reason="endTurn")
        return edited_response

    def blocks(self, response: Response) -> Iterator[tuple[int, Block]]:
        """Yield the blocks of the response as edited, each with its position in what the model wrote."""
        if NEW_TEXT in self.texts:
            yield NEW_TEXT, TextBlock(self.texts[NEW_TEXT])
        for position, block in enumerate(response.blocks):
            if position not in self.left_out and (edited := self._block(position, block)) is not None:
                yield position, edited

    def _block(self, position: int, block: Block) -> Block | None:
        """Return a block as edited; None for a text that the person has emptied."""
        text = self.texts.get(position)
        match block:
            case TextBlock() if text is not None:
                return replace(block, text=text) if text else None
            case ToolUseBlock():
                named = replace(block, name=self.names.get(position, block.name))
                return named if text is None else _with_arguments(named, text)
        return block


def arguments_text(block: ToolUseBlock) -> str:
    """Return the arguments as a person edits them: what the model wrote where that is not a JSON object."""
    return pretty_json(block.input) if block.broken_input is None else block.broken_input


def answer_text(response: Response) -> str:
    """Return a response in words, block by block; raw foreign text."""
    return "\n\n".join(
        f"tool_use {block.name} ({block.id})\n{arguments_text(block)}"
        if isinstance(block, ToolUseBlock)
        else str(block_words(block_json(block)))
        for block in response.blocks
    )


def compared(before: Response, after: Response) -> tuple[str, str]:
    """Return two responses as texts that show what differs; raw foreign texts."""
    if not before.tool_uses:
        return before.text, after.text
    return answer_text(before) + _ending(before), answer_text(after) + _ending(after)


def _ending(response: Response) -> str:
    return f"\n\nstopReason {response.stop_reason}"


def _with_arguments(block: ToolUseBlock, text: str) -> ToolUseBlock:
    try:
        return replace(block, input=parse_arguments(text), broken_input=None)
    except NoObject:
        return replace(block, input={}, broken_input=text)


def _set(texts: dict[int, str], position: int, text: str, original: str) -> bool:
    if text == texts.get(position, original):
        return False
    if text == original:
        texts.pop(position, None)
    else:
        texts[position] = text
    return True

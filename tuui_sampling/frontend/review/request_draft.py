"""
A request while a person edits it: the text of every field, what is left out, and the way back to a request.

Pure values, no widget: a field that was not touched gives back exactly what the server sent, since a terminal's
editor can't hold every text (mixed newlines, odd separators) and must not change what nobody changed.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from ...sampling.errors import MalformedRequest
from ...sampling.request import Block, Json, Message, SamplingRequest, TextBlock, ToolResultBlock, ToolUseBlock
from ...sampling.review import Review
from ...sampling.tool_turns import check_tool_turns
from ..context.attached import CONTEXT_FIELDS, Attached
from ..presentation.format import pretty_json
from .request_fields import (
    ATTRIBUTES,
    METADATA,
    PARSERS,
    TOOL_CHOICE,
    block_field,
    block_of,
    block_text,
    original,
    tool_choice,
    tool_field,
    with_text,
)

_BLOCK_PATH = re.compile(r"messages\[(\d{1,9})\]\.content(?:\[(\d{1,9})\])?")
_TOOL_PATH = re.compile(r"tools\[\d{1,9}\]")


@dataclass(frozen=True)
class FieldProblem:
    """Why a field's text is not a value, in words."""

    field: str
    text: str


UNWRITTEN_MESSAGE = Message("user", (TextBlock(""),))


def draft_of(review: Review, model: str | None, reason: str = "") -> "Draft":
    """
    Return the draft that a review begins with: as the server asked, with the person's defaults for that server.

    A request without messages has an empty one to write in, since a model answers a message.
    """
    asked = review.asked
    draft = Draft(asked if asked.messages else replace(asked, messages=(UNWRITTEN_MESSAGE,)), model, reason=reason)
    if review.outbound.metadata != review.asked.metadata and review.outbound.metadata is not None:
        draft.set(METADATA, pretty_json(review.outbound.metadata))
    return draft


@dataclass
class Draft:
    """
    The edits of one review.

    Attributes:
        asked: The request as the server sent it.
        edits: Field name → text; a field that is not in here is as the server sent it.
        left_out: The fields of blocks and tools that are not sent.
        attached: What the person has added: a message of the user before all others, each of it a block.
        model: The configured model that is to answer.
        redacted: Placeholder → what the person has replaced by it.
        reason: Why this one, where the person has said so in general; empty when the selection's own reason holds.
    """

    asked: SamplingRequest
    model: str | None
    edits: dict[str, str] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)
    reason: str = ""
    redacted: dict[str, str] = field(default_factory=dict, repr=False, compare=False)
    attached: list[Attached] = field(default_factory=list)
    _built: tuple[tuple[object, ...], SamplingRequest | list[FieldProblem]] | None = field(
        default=None, init=False, repr=False, compare=False
    )

    @property
    def is_edited(self) -> bool:
        """Whether anything differs from what the server sent."""
        return bool(self.edits or self.left_out or self.attached)

    def set(self, name: str, text: str) -> None:
        """Note the text of a field; the original text makes the field unedited again."""
        if text == self.original(name):
            self.edits.pop(name, None)
        else:
            self.edits[name] = text

    def text(self, name: str) -> str:
        """Return the text of a field as it is now."""
        return self.edits.get(name, self.original(name))

    def original(self, name: str) -> str:
        """Return the text of a field as the server sent it; of what was added, as that was added."""
        added = self.added(name)
        return original(self.asked, name) if added is None else block_text(added.block)

    def added(self, name: str) -> Attached | None:
        """Return what the person has added in a field; None where it is none of theirs, or empty."""
        return dict(zip(CONTEXT_FIELDS, self.attached, strict=False)).get(name)

    def attach(self, added: Iterable[Attached]) -> list[str]:
        """Add blocks, as far as there is room for them; returns their fields."""
        before = len(self.attached)
        self.attached = [*self.attached, *added][: len(CONTEXT_FIELDS)]
        return list(CONTEXT_FIELDS[before : len(self.attached)])

    @property
    def sources(self) -> tuple[str, ...]:
        """Where what is added and not left out is from."""
        pairs = zip(CONTEXT_FIELDS, self.attached, strict=False)
        return tuple(one.source for name, one in pairs if name not in self.left_out)

    def turn(self, name: str) -> None:
        """Leave a block or a tool out, or put it back; a tool use and its result go together."""
        together = self._together(name)
        if name in self.left_out:
            self.left_out -= together
        else:
            self.left_out |= together

    def build(self) -> SamplingRequest | list[FieldProblem]:
        """Return the request as edited, or every field that holds no value; built once for each state of the edits."""
        if not self.is_edited:
            return self.asked
        edits = (tuple(self.edits.items()), frozenset(self.left_out), len(self.attached))
        if self._built is None or self._built[0] != edits:
            self._built = (edits, self._build())
        return self._built[1]

    def _build(self) -> SamplingRequest | list[FieldProblem]:
        problems: list[FieldProblem] = []
        values = self._parameters(problems) | self._tools()
        messages = tuple(self._messages(problems))
        if not messages[self._shift :]:
            problems.append(FieldProblem("messages", "at least one block that is not left out"))
        if problems:
            return problems
        try:
            check_tool_turns(messages)
        except MalformedRequest as error:
            return [FieldProblem(self.field_of(error.path), str(error).removeprefix(f"{error.path}: "))]
        return replace(self.asked, messages=messages, **values)

    def field_of(self, path: str) -> str:
        """
        Return the field that a path of the built request is in, or the path itself.

        The counts of the built request are others than those of the fields where something is left out.
        """
        if self.left_out or self.attached:
            names = self._sent_names()
            around = [found[0] for one in (_TOOL_PATH, _BLOCK_PATH) if (found := one.match(path))] or [path]
            around += [name.rpartition("[")[0] for name in around]
            return next((names[name] for name in around if name in names), path)
        if (tool := _TOOL_PATH.match(path)) is not None:
            return tool[0]
        if (block := _BLOCK_PATH.match(path)) is None or int(block[1]) >= len(self.asked.messages):
            return path
        return block_field(int(block[1]), self.asked.messages[int(block[1])], int(block[2] or 0))

    def _sent_names(self) -> dict[str, str]:
        """Return the fields of the built request, each with the field of the one that was asked."""
        added = [name for name, _block in self._added() if name not in self.left_out]
        names = {f"messages[0].content[{position}]": name for position, name in enumerate(added)}
        sent = self._shift
        for index, message in enumerate(self.asked.messages):
            kept = [name for name, _block in _named(index, message) if name not in self.left_out]
            names |= {block_field(sent, message, position): name for position, name in enumerate(kept)}
            if kept:
                names.setdefault(f"messages[{sent}].content", kept[0])
                names[f"messages[{sent}]"] = f"messages[{index}]"
                sent += 1
        tools = [tool_field(position) for position in range(len(self.asked.tools or ()))]
        kept_tools = [name for name in tools if name not in self.left_out]
        return names | {tool_field(position): name for position, name in enumerate(kept_tools)}

    def _parameters(self, problems: list[FieldProblem]) -> dict[str, Json]:
        values: dict[str, Json] = {}
        for name, text in self.edits.items():
            if name in PARSERS:
                try:
                    values[ATTRIBUTES[name]] = PARSERS[name](text)
                except ValueError as error:
                    problems.append(FieldProblem(name, str(error)))
        if TOOL_CHOICE in self.edits and ATTRIBUTES[TOOL_CHOICE] in values:
            chosen = tool_choice(self.asked.tool_choice, values[ATTRIBUTES[TOOL_CHOICE]])
            values[ATTRIBUTES[TOOL_CHOICE]] = chosen
        return values

    def _tools(self) -> dict[str, Json]:
        tools = self.asked.tools or ()
        kept = tuple(tool for position, tool in enumerate(tools) if tool_field(position) not in self.left_out)
        if len(kept) == len(tools):
            return {}
        return {"tools": kept} if kept else {"tools": None, "tool_choice": None}  # no choice where there is none

    def _messages(self, problems: list[FieldProblem]) -> Iterator[Message]:
        """Yield the messages as edited, what was added first; one of which every block is left out is none."""
        if added := self._blocks(self._added(), problems):
            yield Message("user", added, single=False)
        for index, message in enumerate(self.asked.messages):
            if blocks := self._blocks(_named(index, message), problems):
                yield message if blocks == message.blocks else replace(message, blocks=blocks)

    def _blocks(self, named: Iterable[tuple[str, Block]], problems: list[FieldProblem]) -> tuple[Block, ...]:
        """Return blocks as edited, without those that are left out."""
        blocks: list[Block] = []
        for name, block in named:
            if name in self.left_out:
                continue
            try:
                blocks.append(with_text(block, self.edits[name]) if name in self.edits else block)
            except ValueError as error:
                problems.append(FieldProblem(name, str(error)))
                blocks.append(block)
        return tuple(blocks)

    def _added(self) -> Iterator[tuple[str, Block]]:
        yield from zip(CONTEXT_FIELDS, (one.block for one in self.attached), strict=False)

    @property
    def _shift(self) -> int:
        """How many messages stand before those of the server."""
        return int(bool(self.sources))

    def _together(self, name: str) -> frozenset[str]:
        """Return the fields of a tool use and its result, whichever of them this is; else the field alone."""
        if not name.startswith("messages["):
            return frozenset({name})
        call = _call_of(block_of(self.asked, name))
        if call is None:
            return frozenset({name})
        named = (pair for index, message in enumerate(self.asked.messages) for pair in _named(index, message))
        return frozenset({name} | {one for one, block in named if _call_of(block) == call})


def _named(index: int, message: Message) -> Iterator[tuple[str, Block]]:
    for position, block in enumerate(message.blocks):
        yield block_field(index, message, position), block


def _call_of(block: Block) -> str | None:
    """Return the id of the tool use that a block is, or is the result of."""
    match block:
        case ToolUseBlock():
            return block.id
        case ToolResultBlock():
            return block.tool_use_id
    return None

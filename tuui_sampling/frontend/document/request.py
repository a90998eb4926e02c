"""
Shows a request as parts: everything that goes to the model, and everything that the server sent besides.

Each field is one part, and its number stays the same whatever is edited, so that what has been seen of the others
stays seen. A part is made when it is asked for: a request of 50,000 blocks costs no more than one of five.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate

from ...sampling.request import Block, JsonObject, TextBlock, ToolResultBlock, ToolUseBlock
from ...sampling.wire import preferences_json
from ..context.attached import CONTEXT_FIELDS
from ..presentation.format import counted
from ..review.conversations import Known
from ..review.request_draft import Draft
from ..review.request_fields import (
    INCLUDE,
    LABELS,
    MAX_TOKENS,
    METADATA,
    OTHERS,
    PREFERENCES,
    STOP_SEQUENCES,
    SYSTEM,
    TEMPERATURE,
    TOOL_CHOICE,
    TOOLS,
    block_field,
    tool_field,
)
from .blocks import Looked, block_passages, other_passages, text_passages
from .passage import Outline, Part, Passage, Remarks, Style

ABOUT = "about"
"""The field of what stands above the request: where it comes from, and which model is to answer."""

ONE_ROW = frozenset({MAX_TOKENS, TEMPERATURE, INCLUDE, TOOL_CHOICE})
"""Parameters whose value stands beside their name: numbers, and words of the specification."""

EMPTY = {
    SYSTEM: "none",
    TEMPERATURE: "not set",
    STOP_SEQUENCES: "none",
    METADATA: "none",
    INCLUDE: "not set",
    TOOL_CHOICE: "not set, which means auto",
}


@dataclass
class RequestParts:
    """
    The parts of a request, as its draft stands.

    Attributes:
        about: What stands above it.
        looked: What is known of its data.
        known: What of the conversation was seen in an earlier request: it need not be seen again.
        shows_known: The messages that are known are shown; else one row stands for those that follow each other.
        revert: The key that puts an original back, as it is shown; likewise `leave_out` and `attach`.
    """

    draft: Draft
    about: Sequence[Passage] = ()
    remarks: Remarks = field(default_factory=dict)
    looked: Looked = field(default_factory=dict)
    revert: str = ""
    leave_out: str = ""
    attach: str = ""
    known: Known | None = None
    shows_known: bool = False

    def __post_init__(self) -> None:
        asked = self.draft.asked
        self._ends = list(accumulate(len(message.blocks) for message in asked.messages))
        self._head = (ABOUT, SYSTEM, *CONTEXT_FIELDS)
        tail = [MAX_TOKENS, TEMPERATURE, STOP_SEQUENCES, INCLUDE, METADATA, PREFERENCES, OTHERS]
        self._tool_count = len(asked.tools or ())
        self._tail = [TOOL_CHOICE, *tail] if asked.wants_tools else tail
        self._first_tool = len(self._head) + (self._ends[-1] if self._ends else 0)

    def __len__(self) -> int:
        return self._first_tool + 1 + self._tool_count + len(self._tail)

    def __getitem__(self, number: int) -> Part:
        if number < len(self._head):
            name = self._head[number]
            return self._added_part(name) if name in CONTEXT_FIELDS else self._part(name)
        if number < self._first_tool:
            return self._block_part(number - len(self._head))
        if number == self._first_tool:
            return self._part(TOOLS)
        if (position := number - self._first_tool - 1) < self._tool_count:
            return self._tool_part(position)
        return self._part(self._tail[position - self._tool_count])

    def number_of(self, name: str) -> int | None:
        """Return the part of a field, or of a path within it; None when there is none."""
        asked = self.draft.asked
        if match := re.match(r"messages\[(\d+)\]\.content(?:\[(\d+)\])?", name):
            index, position = int(match[1]), int(match[2] or 0)
            if index >= len(self._ends) or position >= len(asked.messages[index].blocks):
                return None
            before = self._ends[index - 1] if index else 0
            return len(self._head) + before + position
        if match := re.match(r"tools\[(\d+)\]", name):
            return self._first_tool + 1 + int(match[1]) if int(match[1]) < self._tool_count else None
        if name in self._head:
            return self._head.index(name)
        if name == TOOLS:
            return self._first_tool
        return self._first_tool + 1 + self._tool_count + self._tail.index(name) if name in self._tail else None

    # --- blocks ---

    def _added_part(self, name: str) -> Part:
        """Return what the person has added; nothing is shown where they have not."""
        added = self.draft.added(name)
        if added is None:
            return Part(name)
        heading = self._heading(f"user · + added by you: {added.source}", name)
        return self._done(name, [heading, *self._block_text(name, added.block)])

    def _block_part(self, number: int) -> Part:
        index = bisect_right(self._ends, number)
        position = number - (self._ends[index - 1] if index else 0)
        message = self.draft.asked.messages[index]
        block = message.blocks[position]
        name = block_field(index, message, position)
        if self.folds(name):
            return self._known_part(name, number)
        passages = [self._heading(f"{message.role}{self._is_about(block)}", name), *self._differs(index, position)]
        passages += self._block_text(name, block)
        passages += other_passages(message.extra) if position == len(message.blocks) - 1 else ()
        return self._done(name, passages)

    def folds(self, name: str) -> bool:
        """Whether a row stands for a block that is known, or for the known ones above it."""
        is_known = name.startswith("messages[") and not self.shows_known and self._is_known(name)
        return is_known and name not in self.draft.edits and name not in self.draft.left_out

    def _is_known(self, name: str) -> bool:
        return self.known is not None and name in self.known.seen and name not in self.draft.edits

    def _known_part(self, name: str, number: int) -> Part:
        """Return the one row of some known blocks, at the first of them; what has to be known of each stays below."""
        remarks = self._remarks(name)
        if number and self.folds(self._block_name(number - 1)):
            return Part(name, remarks)
        last = number
        while last + 1 < self._ends[-1] and self.folds(self._block_name(last + 1)):
            last += 1
        assert self.known is not None
        first, end = (bisect_right(self._ends, one) + 1 for one in (number, last))
        return Part(name, (Passage(f"▸ {self.known.words(first, end)}", Style.MUTED, counts=False), *remarks))

    def _block_name(self, number: int) -> str:
        index = bisect_right(self._ends, number)
        position = number - (self._ends[index - 1] if index else 0)
        return block_field(index, self.draft.asked.messages[index], position)

    def known_numbers(self) -> list[int]:
        """Return the parts of the blocks that are known."""
        names = (name for name in (self.known.seen if self.known is not None else ()) if name.startswith("messages["))
        return sorted(number for name in names if (number := self.number_of(name)) is not None)

    def _differs(self, index: int, position: int) -> Iterator[Passage]:
        """Yield where the conversation goes on in another way than it did before."""
        if self.known is not None and self.known.differs and (index, position) == (self.known.same, 0):
            yield Passage(f"differs from #{self.known.earlier} from message {index + 1} on", Style.NOTE)

    def _block_text(self, name: str, block: Block) -> Iterator[Passage]:
        """Yield what a block says: as it was edited, or as it came."""
        if name not in self.draft.edits:
            yield from block_passages(block, name, self.looked)
            return
        yield from text_passages(self.draft.edits[name])
        if not isinstance(block, TextBlock) and not self.draft.original(name):
            yield Passage("in the place of:", Style.MUTED)
            yield from block_passages(block, name, self.looked)
        elif isinstance(block, ToolResultBlock) and block.structured_content is not None:
            yield Passage("structured content:", Style.MUTED)
            yield Passage(Outline(block.structured_content), Style.OUTLINE)
        yield from other_passages(block.extra)

    def _is_about(self, block: Block) -> str:
        match block:
            case ToolUseBlock():
                return f" · calls {block.name} · {block.id}"
            case ToolResultBlock():
                called = self._called.get(block.tool_use_id, "an unknown tool")
                error = " · the tool says: error" if block.is_error else ""
                return f" · result of {called} · {block.tool_use_id}{error}"
        return ""

    @cached_property
    def _called(self) -> dict[str, str]:
        """Id → name of every tool that was called."""
        return {block.id: block.name for block in self.draft.asked.blocks if isinstance(block, ToolUseBlock)}

    # --- tools ---

    def _tool_part(self, position: int) -> Part:
        assert self.draft.asked.tools is not None
        name, tool = tool_field(position), self.draft.asked.tools[position]
        return self._done(name, [self._heading(f"tool {tool.get('name', 'without a name')}", name), *_tool_text(tool)])

    # --- everything else ---

    def _part(self, name: str) -> Part:
        asked = self.draft.asked
        match name:
            case "about":
                passages = list(self.about)
            case "tools":
                words = f"{counted(self._tool_count, 'tool')} the model may use; the server runs them"
                passages = [self._heading(words, "")] if asked.wants_tools else []
            case "modelPreferences":
                value = preferences_json(asked.preferences) if asked.preferences is not None else {}
                passages = [self._heading("preferences", name), Passage(Outline(value), Style.OUTLINE)] if value else []
            case "other members":
                heading = self._heading("other members: not sent to the model", "")
                passages = [heading, Passage(Outline(asked.extra), Style.OUTLINE)] if asked.extra else []
            case _:
                passages = list(self._parameter(name))
        return self._done(name, passages)

    def _parameter(self, name: str) -> Iterator[Passage]:
        asked = self.draft.asked
        if name == METADATA and name not in self.draft.edits and asked.metadata:
            yield self._heading(LABELS[name], "", name)
            yield Passage(Outline(asked.metadata), Style.OUTLINE)
            return
        text = self.draft.text(name)
        if name in ONE_ROW or not text:
            offer = f" · {self.attach} shows what of it you may add" if self._may_add(name, text) else ""
            yield self._heading(f"{LABELS[name]}: {text or EMPTY.get(name, 'none')}{offer}", "", name)
        else:
            yield self._heading(LABELS[name], "", name)
        if name == TOOL_CHOICE:
            yield from other_passages({key: value for key, value in (asked.tool_choice or {}).items() if key != "mode"})
        elif name == STOP_SEQUENCES and text and name not in self.draft.edits:
            yield Passage("\n".join(json.dumps(one, ensure_ascii=False) for one in asked.stop_sequences))
        elif name not in ONE_ROW and text:
            yield from text_passages(text)

    def _may_add(self, name: str, text: str) -> bool:
        return bool(self.attach) and name == INCLUDE and text in ("thisServer", "allServers")

    def _heading(self, words: str, shown: str, name: str = "") -> Passage:
        name = name or shown
        mark = ""
        if name in self.draft.left_out:
            mark = f" · ✎ left out: not sent; {self.leave_out} puts it back"
        elif name in self.draft.edits:
            mark = f" · ✎ edited; {self.revert} puts the original back"
        return Passage(f"{words}{mark}{f' · {shown}' if shown else ''}", Style.HEADING)

    def _done(self, name: str, passages: list[Passage]) -> Part:
        if self._is_known(name):
            passages = [replace(one, counts=False) for one in passages]
        is_edited = name in self.draft.edits or name in self.draft.left_out
        return Part(name, (*passages, *self._remarks(name)), name not in self.draft.left_out, is_edited)

    def _remarks(self, name: str) -> tuple[Passage, ...]:
        return tuple(Passage(one.text, one.style) for one in self.remarks.get(name, ()))


def _tool_text(tool: JsonObject) -> Iterator[Passage]:
    """Yield what a tool says of itself, and everything else that is sent of it."""
    shown = {"name"}
    for key in ("title", "description"):
        if isinstance(text := tool.get(key), str):
            shown.add(key)
            yield from text_passages(text)
    if rest := {key: value for key, value in tool.items() if key not in shown}:
        yield Passage("input schema, and what else the server says of it:", Style.MUTED)
        yield Passage(Outline(rest), Style.OUTLINE)

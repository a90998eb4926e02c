"""An answer while it is being written: what every wire's events are gathered in."""

from collections.abc import Collection, Hashable, Sequence
from typing import Any

from ...sampling.request import Block, Json, TextBlock
from ...sampling.response import Response, Usage
from ..provider import Event, TextDelta, ThinkingDelta, UsageUpdate
from ..wire_names import Names
from .reasoning import Piece, Turn
from .stop_sequences import StopCutter
from .tool_call_builder import ToolPart, new_id


class Answer:
    """
    The text, tool uses, reasoning and usage so far. Each `add_…` returns the events that the caller should yield.

    Attributes:
        model: The id that the provider named.
        max_tokens: The most that were asked for.
        refused: What comes is the words of a refusal.
        stop_reason: None until the provider said why it stopped, or a stop sequence was found on our side.
        usage: The tokens counted so far; None while there is no count.
    """

    def __init__(
        self,
        model: str,
        max_tokens: int,
        stop_sequences: Sequence[str],
        *,
        names: Names | None = None,
        taken_ids: Collection[str] = (),
        tool_choice: str | None = None,
    ) -> None:
        """
        Begin an answer.

        Args:
            names: What the tools are called on the wire.
            taken_ids: The ids of the conversation's tool uses; a new one gets another.
            tool_choice: What the server asked for; an answer that does otherwise is remarked upon.
        """
        self.model = model
        self.max_tokens = max_tokens
        self.refused = False
        self.stop_reason: str | None = None
        self.usage: Usage | None = None
        self._parts: list[list[str] | ToolPart] = []
        self._tools: dict[Hashable, ToolPart] = {}
        self._thinking: list[str] = []
        self._cutter = StopCutter(stop_sequences)
        self._names = names or Names()
        self._taken = set(taken_ids)
        self._tool_choice = tool_choice
        self._remarks: list[str] = []
        self._thought: dict[str, list[str]] | None = None
        self._pieces: list[Piece] = []
        self._reasoning_text: dict[str, list[str]] = {}

    @property
    def is_cut(self) -> bool:
        """Whether a stop sequence ended it on our side: nothing more is wanted."""
        return self._cutter.stopped

    def add_text(self, piece: object) -> list[Event]:
        """Add text; what is no text (a provider's null) counts as nothing."""
        events = self._show(self._cutter.feed(clean_text(piece)))
        if self._cutter.stopped:
            self.stop_reason = "stopSequence"
        return events

    def add_thinking(self, piece: object) -> list[Event]:
        """Add shown reasoning."""
        text = clean_text(piece)
        if not text:
            return []
        self._thinking.append(text)
        return [ThinkingDelta(text)]

    def begin_tool(self, key: Hashable, *, identifier: object, name: object, whole: Json = None) -> list[Event]:
        """
        Begin a tool use, after what has come so far.

        Args:
            key: What the wire's later events name it by.
            whole: Its arguments, for when none follow in pieces.
        """
        wire_id = clean_text(identifier)
        free = wire_id if wire_id and wire_id not in self._taken else new_id()
        self._taken.add(free)
        meant = self._names.meant(clean_text(name))
        count = sum(isinstance(part, ToolPart) for part in self._parts)
        tool = ToolPart(count, free, wire_id, meant, whole, tuple(self._pieces))
        self._pieces.clear()
        events = self.flush()
        self._parts.append(tool)
        self._tools[key] = tool
        return [*events, *tool.begins()]

    def tool(self, key: Hashable) -> ToolPart | None:
        """Return the tool use that was begun with this key."""
        return self._tools.get(key)

    def name_tool(self, tool: ToolPart, name: object) -> list[Event]:
        """Name a tool use that began without a name."""
        meant = self._names.meant(clean_text(name))
        if tool.name or not meant:
            return []
        tool.name = meant
        return list(tool.begins())

    def add_arguments(self, key: Hashable, piece: object) -> list[Event]:
        """Add to the arguments of the tool use with this key; nothing where there is none."""
        tool = self._tools.get(key)
        return [] if tool is None else list(tool.add(clean_text(piece)))

    def sign_tool(self, key: Hashable, member: str, value: Json) -> None:
        """Keep a member of the tool use with this key that the provider wants back; nothing where it has none."""
        if value and (tool := self._tools.get(key)) is not None:
            tool.reasoning += ({member: value},)

    def begin_thought(self, **members: str) -> None:
        """Begin a piece of reasoning that the provider wants back before the next tool use."""
        self._thought = {member: [text] for member, text in members.items()}

    def add_to_thought(self, member: str, text: object) -> None:
        """Add to a member of the piece of reasoning that was begun."""
        if self._thought is not None:
            self._thought.setdefault(member, []).append(clean_text(text))

    def end_thought(self) -> dict[str, str] | None:
        """Return the piece of reasoning that was begun, if one was."""
        thought, self._thought = self._thought, None
        return None if thought is None else {member: "".join(texts) for member, texts in thought.items()}

    def keep_reasoning(self, piece: Piece) -> None:
        """Keep a piece of reasoning that the provider wants back before the next tool use."""
        self._pieces.append(piece)

    def keep_reasoning_text(self, member: str, text: object) -> None:
        """Keep reasoning that the provider wants back as this member of the whole message."""
        self._reasoning_text.setdefault(member, []).append(clean_text(text))

    def leave_out(self, what: object) -> None:
        """Remark on a part of the answer that MCP has no place for."""
        remark = f"A part of the answer is left out: {clean_text(what) or 'of an unknown kind'}."
        if remark not in self._remarks:
            self._remarks.append(remark)

    def count(self, usage: Usage) -> list[Event]:
        """Set the tokens counted so far."""
        if usage == self.usage:
            return []
        self.usage = usage
        return [UsageUpdate(usage)]

    def name_model(self, model: object) -> None:
        """Take the model's id from the provider, when it is one."""
        if isinstance(model, str) and model:
            self.model = clean_text(model)

    def flush(self) -> list[Event]:
        """Show what was held back as the possible begin of a stop sequence."""
        return self._show(self._cutter.flush())

    def response(self) -> Response:
        """Return the whole response."""
        cut = [tool for tool in self._tool_parts if tool.is_cut(self.stop_reason)]
        remarks = [*self._remarks, *(f'A call of the tool "{tool.name}" was cut off, and is left out.' for tool in cut)]
        if self._tool_choice == "required" and not self._tool_parts:
            remarks.append("The server requires a call of a tool, but the model made none.")
        if self._tool_choice == "none" and self._tool_parts:
            remarks.append("The server wants no call of a tool, but the model made one.")
        blocks: list[Block] = []
        for part in self._parts:
            if isinstance(part, list):
                blocks.append(TextBlock("".join(part)))
            elif part not in cut:
                blocks.append(part.block())
        calls_tools = len(cut) < len(self._tool_parts)
        return Response(
            blocks=tuple(blocks) or (TextBlock(""),),
            model=self.model,
            # Some servers end an answer that calls tools like any other.
            stop_reason="toolUse" if calls_tools and self.stop_reason == "endTurn" else self.stop_reason,
            usage=self.usage,
            thinking="".join(self._thinking),
            remarks=tuple(remarks),
        )

    def reasoning(self) -> Turn:
        """Return what the provider wants back of the reasoning, by the tool use that it led to."""
        whole = tuple({member: "".join(texts)} for member, texts in self._reasoning_text.items())
        return tuple(
            (tool.id, tool.reasoning if tool.index else (*whole, *tool.reasoning)) for tool in self._tool_parts
        )

    @property
    def _tool_parts(self) -> list[ToolPart]:
        return [part for part in self._parts if isinstance(part, ToolPart)]

    def _show(self, text: str) -> list[Event]:
        if not text:
            return []
        if self._parts and isinstance(last := self._parts[-1], list):
            last.append(text)
        else:
            self._parts.append([text])
        return [TextDelta(text)]


def clean_text(value: object) -> str:
    """Return a provider's text with every lone surrogate as U+FFFD, since it can't be encoded; "" for no text."""
    if not isinstance(value, str):
        return ""
    return value if value.isascii() else value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def dig(value: Any, *path: str | int) -> Any:
    """Follow attributes, keys and indices into a provider's event; None where something is not there."""
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and len(value) > step else None
        elif isinstance(value, dict):
            value = value.get(step)
        else:
            value = getattr(value, step, None)
    return value


def token_count(value: object) -> int:
    """Return a provider's count of tokens; 0 for what is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0

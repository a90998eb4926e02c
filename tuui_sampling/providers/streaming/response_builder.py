"""An answer while it is being written: what every wire's events are gathered in."""

import json
from collections.abc import Callable, Collection, Hashable, Iterator, Sequence

from ...sampling.request import Block, Json, TextBlock
from ...sampling.response import Response, Usage
from ...sampling.visible import clean_text
from ..provider import Event, TextDelta, ThinkingDelta, UsageUpdate
from ..wire_names import Names
from .halves import LOST_HALF, Halves
from .reasoning import Piece, Turn
from .remarks import Remarks
from .stop_sequences import StopCutter
from .tool_call_builder import ToolPart, new_id, same_arguments

TEXT, THINKING = "text", "thinking"
"""The places of an answer that are written in pieces; its tool uses are others, by their keys."""


class Answer:
    """
    The text, tool uses, reasoning and usage so far. Each `add_…` returns the events that the caller should yield.

    Attributes:
        model: The id that the provider named.
        max_tokens: The most that were asked for.
        refused: What comes is the words of a refusal.
        stop_reason: None until the provider said why it stopped, or a stop sequence was found on our side.
        ended: The provider has marked the end of the answer.
        usage: The tokens counted so far; None while there is no count.
        raw: The piece of the wire that is being read.
        remarks: What is to be said of it besides.
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
        count_uncounted: Callable[[str, Usage | None], Usage] | None = None,
    ) -> None:
        """
        Begin an answer.

        Args:
            names: What the tools are called on the wire.
            taken_ids: The ids of the conversation's tool uses; a new one gets another.
            tool_choice: What the server asked for; an answer that does otherwise is remarked upon.
            count_uncounted: Estimates the tokens of an answer that we end ourselves, before they are counted: takes
                all that was written, and what was counted by then.
        """
        self.model = model
        self.max_tokens = max_tokens
        self.refused = False
        self.stop_reason: str | None = None
        self.ended = False
        self.usage: Usage | None = None
        self.raw = ""
        self._heard: list[str] = []
        self._parts: list[list[str] | ToolPart] = []
        self._tools: dict[Hashable, ToolPart] = {}
        self._thinking: list[str] = []
        self._cutter = StopCutter(stop_sequences)
        self._names = names or Names()
        self._taken = set(taken_ids)
        self._tool_choice = tool_choice
        self._count_uncounted = count_uncounted
        self.remarks = Remarks()
        self._halves = Halves()
        self._thought: dict[str, list[str]] | None = None
        self._pieces: list[Piece] = []
        self._reasoning_text: dict[str, list[str]] = {}

    @property
    def is_cut(self) -> bool:
        """Whether a stop sequence ended it on our side: nothing more is wanted."""
        return self._cutter.stopped

    @property
    def heard(self) -> str:
        """The text as the provider wrote it, before any cut of ours."""
        return "".join(self._heard)

    @property
    def is_blank(self) -> bool:
        """Whether nothing of an answer has come: no text, no tool use, no reasoning, no reason for an end."""
        return not (self._heard or self._tools or self._thinking or self.stop_reason)

    @property
    def has_content(self) -> bool:
        """Whether text or a tool use has come."""
        return bool(self._heard or self._tools)

    def add_text(self, piece: object) -> list[Event]:
        """Add text; None (a provider's null) counts as nothing, and anything else is told as not understood."""
        text = self.text_of(piece, TEXT)
        if text:
            self._heard.append(text)
        events = self._show(self._cutter.feed(text))
        if self._cutter.stopped:
            self.stop_reason = "stopSequence"
        return events

    def complete_text(self, final: str, heard: str | None = None) -> list[Event]:
        """Add what the provider's final text has besides what was streamed of it: `heard`, or else all of the text."""
        heard = self.heard if heard is None else heard
        if not final or final == heard:
            return []
        self._halves.give_up(TEXT)
        if final.startswith(heard):
            return self.add_text(final[len(heard) :])
        self.misread("The text that the provider calls final is not the text that it streamed, which is shown.")
        return []

    def add_thinking(self, piece: object) -> list[Event]:
        """Add shown reasoning."""
        if text := self.text_of(piece, THINKING):
            self._thinking.append(text)
        return [ThinkingDelta(text)] if text else []

    @property
    def has_thinking(self) -> bool:
        """Whether reasoning has come."""
        return bool(self._thinking)

    def text_of(self, value: object, place: Hashable = None) -> str:
        """Return a text of the wire, of a place that comes in pieces; what is not text is told as not understood."""
        if value is not None and not isinstance(value, str):
            self.misread()
        text, lost_half = self._halves.join(place, value)
        if lost_half:
            self.misread(LOST_HALF)
        return text

    def misread(self, remark: str = "", *, partial: bool = True) -> None:
        """Tell that the piece of the wire that is being read is not, or not wholly, in the answer (see `Remarks`)."""
        self.remarks.misread(self.raw, remark, partial=partial)

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

    def tool_of(self, wire_id: str) -> ToolPart | None:
        """Return the tool use that the provider gave this id."""
        return next((tool for tool in self._tool_parts if wire_id and tool.wire_id == wire_id), None)

    def tool_at(self, place: int) -> ToolPart | None:
        """Return the tool use at this place among them, from 0."""
        return next((tool for tool in self._tool_parts if tool.index == place), None)

    def complete_arguments(self, tool: ToolPart, final: Json) -> list[Event]:
        """Compare what the provider says are a tool use's final arguments with what was streamed, and add them."""
        text = final if isinstance(final, str) else "" if final is None else json.dumps(final)
        if not text.strip() or same_arguments(tool.arguments, text):
            return []
        self._halves.give_up(tool.index)
        if text.startswith(tool.arguments):
            return list(tool.add(clean_text(text[len(tool.arguments) :])))
        if not tool.pieces and tool.arguments in ("", "{}"):
            tool.whole = None
            return list(tool.add(clean_text(text)))
        self.misread(f'The final arguments of the tool "{tool.name}" are not those that were streamed.')
        return []

    def name_tool(self, tool: ToolPart, name: object) -> list[Event]:
        """Name a tool use that began without a name."""
        meant = self._names.meant(clean_text(name))
        if meant and tool.name not in ("", meant):
            self.misread(
                f'The tool "{tool.name}" is called by another name as well: it may not be the one that is meant.'
            )
        if tool.name or not meant:
            return []
        tool.name = meant
        return list(tool.begins())

    def add_arguments(self, key: Hashable, piece: object) -> list[Event]:
        """Add to the arguments of the tool use with this key; where there is none, that is told."""
        tool = self._tools.get(key)
        if tool is None:
            if piece:
                self.misread("Arguments came for a tool call that had not begun.")
            return []
        return list(tool.add(self.text_of(piece, tool.index)))

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
            self._thought.setdefault(member, []).append(self.text_of(text, ("thought", member)))

    def end_thought(self) -> dict[str, str] | None:
        """Return the piece of reasoning that was begun, if one was."""
        thought, self._thought = self._thought, None
        return None if thought is None else {member: "".join(texts) for member, texts in thought.items()}

    def keep_reasoning(self, piece: Piece) -> None:
        """Keep a piece of reasoning that the provider wants back before the next tool use."""
        self._pieces.append(piece)

    def keep_reasoning_text(self, member: str, text: object) -> None:
        """Keep reasoning that the provider wants back as this member of the whole message."""
        self._reasoning_text.setdefault(member, []).append(self.text_of(text, ("whole thought", member)))

    def leave_out(self, what: object) -> None:
        """Remark on a part of the answer that MCP has no place for."""
        self.misread(f"A part of the answer is left out: {clean_text(what)[:60] or 'of an unknown kind'}.")

    def count(self, usage: Usage) -> list[Event]:
        """Set the tokens counted so far; a count of none at all, beside what was written, is not a count."""
        if not (usage.input_tokens or usage.output_tokens):
            return []
        before, self.usage = self.usage, usage
        return [UsageUpdate(usage)] if usage != before else []

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
        if self._halves.waits:
            self.raw = ""
            self.misread(LOST_HALF)
        blocks: list[Block] = []
        for part in self._parts:
            if isinstance(part, list):
                blocks.append(TextBlock("".join(part)))
            elif part not in cut:
                blocks.append(part.block())
        calls_tools = len(cut) < len(self._tool_parts)
        self.remarks.add(*(f'A call of the tool "{tool.name}" was cut off, and is left out.' for tool in cut))
        if self.stop_reason == "toolUse" and not self._tool_parts:
            self.raw = ""
            self.misread("The model says that it calls a tool, but no call came.")
        self.remarks.add(*_choice_remarks(self._tool_choice, has_called=bool(self._tool_parts)))
        if not calls_tools and not any(isinstance(one, TextBlock) and one.text.strip() for one in blocks):
            self.remarks.add(
                _why_empty(self.stop_reason, has_thought=bool(self._thinking), has_called=bool(self._tool_parts))
            )
        return Response(
            blocks=tuple(blocks) or (TextBlock(""),),
            model=self.model,
            # Some servers end an answer that calls tools like any other.
            stop_reason="toolUse" if calls_tools and self.stop_reason == "endTurn" else self.stop_reason,
            usage=self._whole_usage(),
            thinking="".join(self._thinking),
            remarks=tuple(self.remarks.said),
            is_partial=self.remarks.is_partial,
            unread=tuple(self.remarks.unread),
        )

    def _whole_usage(self) -> Usage | None:
        if not self.is_cut or self._count_uncounted is None:
            return self.usage
        arguments = (tool.arguments for tool in self._tool_parts)
        return self._count_uncounted("".join((*self._thinking, *self._heard, *arguments)), self.usage)

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


def _why_empty(stop_reason: str | None, *, has_thought: bool, has_called: bool) -> str:
    """Return why an answer has no words in it."""
    if has_called:
        return "The answer is empty: its only tool call was cut off."
    if stop_reason in ("refusal", "contentFilter"):
        return "The answer is empty: the model, or a filter of its provider, refused."
    if stop_reason == "maxTokens":
        used = " with reasoning alone" if has_thought else ""
        return f"The answer is empty: the limit of maxTokens was reached{used}."
    if has_thought:
        return "The answer is empty: the model wrote its reasoning and nothing else."
    if stop_reason == "stopSequence":
        return "The answer is empty: it began with a stop sequence."
    return "The answer is empty: the model wrote nothing."


def _choice_remarks(asked: str | None, *, has_called: bool) -> Iterator[str]:
    """Yield where an answer does otherwise than the server's choice of tools."""
    if asked == "required" and not has_called:
        yield "The server requires a call of a tool, but the model made none."
    if asked == "none" and has_called:
        yield "The server wants no call of a tool, but the model made one."

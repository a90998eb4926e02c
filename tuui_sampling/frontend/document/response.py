"""Shows a response as parts: everything that the server gets of it, and what only the person is told besides."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal, NamedTuple

from ...forms.arguments import NoObject, parse_arguments
from ...forms.check import SchemaCheck
from ...policy.redaction.placeholders import placeholders_in, put_back
from ...sampling.note import Note
from ...sampling.request import Block, TextBlock, ToolUseBlock
from ...sampling.response import Response
from ...sampling.review import Candidate
from ..presentation.agent_steps import arguments_words, left_behind, step_words
from ..presentation.candidates import retry_words
from ..review.redacting import becomes, chosen_in
from ..review.response_edits import NEW_TEXT, AnswerEdits, answer_text, arguments_field, arguments_text, text_field
from .blocks import Looked, block_passages, other_passages, text_passages
from .passage import Part, Passage, Remark, Remarks, Style

CheckOf = Callable[[str], SchemaCheck | None]
"""Tool → what holds arguments against its schema; None for a tool that is not listed."""

SHOWN_NAMES = 8
"""Listed tools that are named where the model named another."""

THINKING, ENDING = "thinking", "model and stop reason"

Kind = Literal["thinking", "text", "arguments", "name", "block", "ending"]


class Slot(NamedTuple):
    """Which part stands where: its kind, and the position of its block."""

    kind: Kind
    position: int = 0

    @property
    def field(self) -> str:
        """The name of its field."""
        match self.kind:
            case "thinking":
                return THINKING
            case "ending":
                return ENDING
            case "name":
                return f"content[{self.position}].name"
            case "arguments":
                return arguments_field(self.position)
        return text_field(self.position)


@dataclass
class ResponseParts:
    """
    The parts of a response, as its edits stand.

    Attributes:
        tools: The tools that the model may use.
        done: What an agent has done before it answered.
        is_own: The person writes it.
        revert: The key that puts an original back, as it is shown; likewise `leave_out`.
        looked: What is known of its data.
        remarks: What must be known about a field, such as what was found in it.
        redacted: Placeholder → what it stands for.
        put_back: Placeholder → whether the person wants its value put back; `put_key` is the key for that.
        by_itself: The placeholders whose values are put back where the person has not chosen.
    """

    response: Response
    edits: AnswerEdits
    tools: frozenset[str]
    check_of: CheckOf
    done: tuple[Passage, ...] = ()
    thinking: str = ""
    is_own: bool = False
    revert: str = ""
    leave_out: str = ""
    looked: Looked = field(default_factory=dict)
    remarks: Remarks = field(default_factory=dict)
    redacted: Mapping[str, str] = field(default_factory=dict, repr=False)
    put_back: Mapping[str, bool] = field(default_factory=dict)
    by_itself: frozenset[str] = frozenset()
    put_key: str = ""

    def __post_init__(self) -> None:
        self._slots = [Slot("thinking")]
        blocks = self.response.blocks
        self._texts = sum(isinstance(block, TextBlock) for block in blocks)
        if not self._texts:
            self._slots.append(Slot("text", NEW_TEXT))
        for position, block in enumerate(blocks):
            match block:
                case TextBlock():
                    self._slots.append(Slot("text", position))
                case ToolUseBlock():
                    self._slots.append(Slot("arguments", position))
                    if block.name not in self.tools:
                        self._slots.append(Slot("name", position))
                case _:
                    self._slots.append(Slot("block", position))
        self._slots.append(Slot("ending"))
        self._numbers = {slot.field: number for number, slot in enumerate(self._slots)}

    def __len__(self) -> int:
        return len(self._slots)

    def __getitem__(self, number: int) -> Part:
        slot = self._slots[number]
        part = self._part(slot)
        remarks = (Passage(one.text, one.style) for one in self.remarks.get(slot.field, ()))
        passages = (*part.passages, *self._becoming(slot), *remarks)
        return replace(part, passages=passages, edited=self._is_edited(slot))

    def _part(self, slot: Slot) -> Part:
        match slot.kind:
            case "thinking":
                return Part(slot.field, (*self.done, *thinking_passages(self.thinking)), sent=False)
            case "text":
                return Part(slot.field, tuple(self._text_passages(slot)))
            case "arguments":
                return Part(slot.field, tuple(self._call_passages(slot)), sent=not self._is_left_out(slot))
            case "name":
                words = f"its name: {self.text(slot.field)}"
                return Part(slot.field, (self._heading(words, slot),), sent=not self._is_left_out(slot))
            case "block":
                block = self.response.blocks[slot.position]
                heading = Passage(f"{_kind_of(block)} · {slot.field}", Style.HEADING)
                return Part(slot.field, (heading, *block_passages(block, slot.field, self.looked)))
        return Part(slot.field, tuple(self._ending_passages()))

    # --- fields ---

    def number_of(self, name: str) -> int | None:
        """Return the part of a field; None when there is none."""
        return self._numbers.get(name)

    @property
    def first(self) -> str:
        """The field that is edited first: a text that is there, rather than one that could be added."""
        editable = [slot for slot in self._slots if slot.kind in ("text", "arguments", "name")]
        written = [slot for slot in editable if slot.position != NEW_TEXT]
        return next((slot.field for slot in [*written, *editable]), "")

    @property
    def first_text(self) -> str:
        """The first text; where there is none, the one that could be added."""
        return next((slot.field for slot in self._slots if slot.kind == "text"), "")

    def is_editable(self, name: str) -> bool:
        """Whether a field has a text that can be edited."""
        return self._kind(name) in ("text", "arguments", "name")

    def is_one_line(self, name: str) -> bool:
        """Whether a field is a word, not a text."""
        return self._kind(name) == "name"

    def is_text(self, name: str) -> bool:
        """Whether a field is a text of the answer."""
        return self._kind(name) == "text"

    def original(self, name: str) -> str:
        """Return what the model wrote there."""
        slot = self._slots[self._numbers[name]]
        if slot.position == NEW_TEXT:
            return ""
        block = self.response.blocks[slot.position]
        if isinstance(block, ToolUseBlock):
            return block.name if slot.kind == "name" else arguments_text(block)
        return block.text if isinstance(block, TextBlock) else ""

    def text(self, name: str) -> str:
        """Return what stands there now."""
        slot = self._slots[self._numbers[name]]
        texts = self.edits.names if slot.kind == "name" else self.edits.texts
        return texts.get(slot.position, self.original(name))

    def set(self, name: str, text: str) -> bool:
        """Take an edit; the original makes the field unedited again. Returns whether that changed anything."""
        slot = self._slots[self._numbers[name]]
        take = self.edits.set_name if slot.kind == "name" else self.edits.set_text
        return take(slot.position, text, self.original(name))

    def turn(self, name: str) -> bool:
        """Leave the tool use of a field out, or put it back; False where there is none."""
        number = self._numbers.get(name)
        if number is None or self._slots[number].kind not in ("arguments", "name"):
            return False
        self.edits.turn(self._slots[number].position)
        return True

    def _kind(self, name: str) -> Kind | None:
        number = self._numbers.get(name)
        return self._slots[number].kind if number is not None else None

    def _is_edited(self, slot: Slot) -> bool:
        edited = self.edits.names if slot.kind == "name" else self.edits.texts
        is_field = slot.kind in ("text", "arguments", "name")
        return is_field and (slot.position in edited or self._is_left_out(slot))

    def _is_left_out(self, slot: Slot) -> bool:
        return slot.position in self.edits.left_out

    # --- what is shown ---

    def _text_passages(self, slot: Slot) -> Iterator[Passage]:
        yield self._heading("your answer" if self.is_own else "answer" if self._texts < 2 else "text", slot)
        text = self.text(slot.field)
        if text:
            yield from text_passages(text)
        else:
            words = "Write what the server is to get as the model's answer." if self.is_own else "No text."
            yield Passage(words, Style.MUTED, counts=False)
        if slot.position != NEW_TEXT:
            yield from other_passages(self.response.blocks[slot.position].extra)

    def _call_passages(self, slot: Slot) -> Iterator[Passage]:
        block = self.response.blocks[slot.position]
        assert isinstance(block, ToolUseBlock)
        name = self.edits.names.get(slot.position, block.name)
        yield self._heading(f"tool_use {name} · {block.id}", slot)
        text = self.text(slot.field)
        yield from text_passages(text, Style.JSON)
        yield from other_passages(block.extra)
        if not self._is_left_out(slot):
            yield from self._wrong(name, text)

    def _becoming(self, slot: Slot) -> Iterator[Passage]:
        """Yield what becomes of placeholders, and the text as it is returned where that is another."""
        if not self.redacted or slot.kind not in ("text", "arguments") or self._is_left_out(slot):
            return
        blocks = [block for position, block in self.edits.blocks(self.response) if position == slot.position]
        answer = replace(self.response, blocks=tuple(blocks))
        chosen = chosen_in(answer, self.redacted, self.put_back, self.by_itself)
        for one, value in placeholders_in(answer, self.redacted).items():
            can = "takes it out" if one in (chosen or ()) else "puts its value back"
            yield Passage(f"{becomes(one, value, chosen)}; {self.put_key} {can}", Style.NOTE)
        if chosen:
            yield Passage("what is returned:", Style.MUTED, is_about=True)
            yield Passage(answer_text(put_back(answer, self.redacted, chosen)), is_about=True)

    def _wrong(self, name: str, text: str) -> Iterator[Passage]:
        """Yield what is wrong with a tool use."""
        if name not in self.tools:
            yield Passage(f"no such tool: {self._names()}", Style.PROBLEM)
        try:
            arguments = parse_arguments(text)
        except NoObject as problem:
            yield Passage(f"arguments: {problem}", Style.PROBLEM)
            return
        check = self.check_of(name)
        if check is not None:
            yield from (Passage(problem, Style.NOTE) for problem in check.problems(arguments))

    def _names(self) -> str:
        names = sorted(self.tools)
        more = f" and {len(names) - SHOWN_NAMES} more" if len(names) > SHOWN_NAMES else ""
        return f"there is {', '.join(names[:SHOWN_NAMES])}{more}" if names else "none was offered"

    def _heading(self, words: str, slot: Slot) -> Passage:
        mark = ""
        if slot.kind == "arguments" and self._is_left_out(slot):
            mark = f" · ✗ left out: not returned; {self.leave_out} puts it back"
        elif slot.position in (self.edits.names if slot.kind == "name" else self.edits.texts) and not self.is_own:
            mark = f" · ✎ edited; {self.revert} puts the original back"
        return Passage(
            f"{words}{mark}{'' if self.is_own or slot.field == 'text' else f' · {slot.field}'}", Style.HEADING
        )

    def _ending_passages(self) -> Iterator[Passage]:
        """Yield what goes to the server besides the content, whole."""
        answer = self.edits.apply(self.response)
        words = f"model {answer.model} · stop reason {answer.stop_reason or 'not set'}"
        yield Passage(words, Style.HEADING, counts=not self.is_own)  # of the person's own, it is always the same
        yield from other_passages(answer.extra)


def thinking_passages(thinking: str) -> Iterator[Passage]:
    """Yield what a model showed of its reasoning; it need not be seen, since nobody gets it."""
    if thinking:
        yield Passage("thinking (not returned to the server)", Style.MUTED, counts=False)
        yield Passage(thinking, counts=False)


def step_passages(candidate: Candidate) -> Iterator[Passage]:
    """Yield what an agent has done; nobody gets it, and each call was decided about where it stood whole."""
    if candidate.steps:
        yield Passage("what the agent has done (not returned to the server)", Style.MUTED, counts=False)
    for step in candidate.steps:
        yield Passage(step_words(step), Style.EVENT, counts=False)
        if step.tool:
            yield Passage(arguments_words(step), Style.MUTED, counts=False)
        if step.text:
            yield Passage(step.text, counts=False)
    if words := left_behind(candidate):
        yield Passage(words, Style.NOTE, counts=False)


def stream_parts(candidate: Candidate) -> list[Part]:
    """Return a response that is being written as parts, the same ones that it will have once it has been written."""
    retries = (Passage(words, Style.NOTE, counts=False) for words in retry_words(candidate))
    parts = [
        Part(
            THINKING, (*retries, *step_passages(candidate), *thinking_passages("".join(candidate.thinking))), sent=False
        )
    ]
    text = candidate.text
    calls = sorted(candidate.tool_uses.items())
    if text or not calls:
        parts.append(Part("content[0]", (Passage("answer · content[0]", Style.HEADING), Passage(text))))
    for number, (_place, call) in enumerate(calls, len(parts) - 1):
        heading = Passage(f"▸ tool_use {call.name}", Style.HEADING)
        parts.append(Part(f"content[{number}].input", (heading, Passage("".join(call.arguments), Style.JSON))))
    return parts


def answer_parts(answer: Response, remarks: Remarks = MappingProxyType({})) -> list[Part]:
    """Return a response as parts that are only read, such as one of several that are compared."""
    nothing = AnswerEdits()
    tools = frozenset(use.name for use in answer.tool_uses)
    parts = ResponseParts(answer, nothing, tools, lambda _tool: None, remarks=remarks)
    return [parts[number] for number in range(len(parts))]


def remarks_of(notes: Iterable[Note]) -> dict[str, list[Remark]]:
    """Return what is told below each field; what belongs to none of them stands at the end."""
    remarks: dict[str, list[Remark]] = {}
    for note in notes:
        remarks.setdefault(note.field if note.field != "findings" else ENDING, []).append(Remark(note.text))
    return remarks


def _kind_of(block: Block) -> str:
    return type(block).__name__.removesuffix("Block").lower()

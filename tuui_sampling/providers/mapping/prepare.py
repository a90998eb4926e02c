"""
What of a request goes to a model, and what it loses on the way: found out once, told before approval, sent after it.

Every loss becomes a `Note` on the field that it concerns. A loss that would change what the server means (a picture
that is not sent, a tool that is not offered) blocks instead: the person may change the request or pick another model.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ...sampling.derived.beside import paced
from ...sampling.errors import MalformedRequest, ModelError, ModelErrorKind
from ...sampling.note import Note, Severity
from ...sampling.request import (
    AudioBlock,
    ImageBlock,
    JsonObject,
    Message,
    Role,
    SamplingRequest,
    TextBlock,
    ToolResultBlock,
    ToolUseBlock,
)
from ...sampling.tool_turns import check_tool_turns
from ..streaming.reasoning import Piece, ReasoningMemory
from ..wire_names import Ids, Names
from .content import Notes, part, result_parts
from .conversation import Call, OfferedTool, Part, Result, Turn
from .parameters import sampling_parameters
from .profile import Profile
from .tools import NO_TOOLS, asked_choice, offered_tools, tool_choice

MAX_WIRE_TOKENS = 2**31 - 1
"""No model writes more, and no wire takes a larger number."""

SAFE_MAX_TOKENS = 8_192
"""What every model of a wire writes that must be told a limit (https://docs.claude.com/en/docs/about-claude/models)."""


@dataclass(frozen=True)
class Prepared:
    """
    A request as it goes to one model.

    Attributes:
        max_tokens: None where none is sent, so that the model's own limit holds.
        temperature: None where none is sent.
        stop_sequences: Those that are sent; the answer is cut at all of them on our side as well.
        tool_choice: "auto", "none" or "required"; None where none is sent.
        asked_choice: The same as the server asked for it, whether or not the wire can say so.
        parameters: Sampling parameters beyond the specification's own, by their names on the wire.
        names: The tools' names on the wire.
        notes: What is lost or changed, in the order of the request's fields.
    """

    turns: tuple[Turn, ...]
    max_tokens: int | None
    system_prompt: str | None
    temperature: float | None
    stop_sequences: tuple[str, ...]
    tools: tuple[OfferedTool, ...]
    tool_choice: str | None
    asked_choice: str | None
    parameters: JsonObject
    names: Names
    notes: tuple[Note, ...]


def prepare(request: SamplingRequest, profile: Profile, memory: ReasoningMemory | None = None) -> Prepared:
    """
    Return a request as it goes to a model.

    Args:
        memory: The model's own reasoning of earlier turns.
    """
    notes = Notes()
    names = Names(_tool_names(request), plain=profile.plain_names)
    _check_order(request, notes)
    turns = _Conversation(request, profile, names, memory or ReasoningMemory(), notes).turns()
    system_prompt = _system_prompt(request, profile, notes)
    if system_prompt and not profile.system_prompt:
        turns, system_prompt = _with_prompt(system_prompt, turns), None
    return Prepared(
        turns=tuple(turns),
        system_prompt=system_prompt,
        max_tokens=_max_tokens(request, profile, notes),
        temperature=_temperature(request, profile, notes),
        stop_sequences=_stop_sequences(request, profile, notes),
        tools=offered_tools(request, profile, names, notes),
        tool_choice=tool_choice(request, profile, notes),
        asked_choice=asked_choice(request),
        parameters=sampling_parameters(request, profile, notes),
        names=names,
        notes=(*notes.found, *_configured(request, profile), *_left_behind(request)),
    )


def notes(request: SamplingRequest, profile: Profile) -> tuple[Note, ...]:
    """Say what is lost of the request on a wire, in the order of the request's fields."""
    return prepare(request, profile).notes


def refuse_blocked(found: tuple[Note, ...]) -> None:
    """
    Refuse a request that can't be sent as it is.

    Raises:
        ModelError: One of the notes blocks.
    """
    blocking = [note for note in found if note.severity is Severity.BLOCK]
    if blocking:
        more = f" (and {len(blocking) - 1} more)" if len(blocking) > 1 else ""
        raise ModelError(
            ModelErrorKind.UNSUPPORTED,
            f"This can't be sent: {blocking[0].field}: {blocking[0].text}{more}.",
            hint="Change the request, or pick another model.",
        )


class _Conversation:
    """The messages of one request, on their way to the turns of a wire."""

    def __init__(
        self, request: SamplingRequest, profile: Profile, names: Names, memory: ReasoningMemory, notes: Notes
    ) -> None:
        self._messages = request.messages
        self._profile = profile
        self._names = names
        self._ids = Ids(plain=profile.plain_names)
        self._memory = memory
        self._notes = notes

    def turns(self) -> list[Turn]:
        """Return the turns, without what is blank."""
        turns: list[tuple[Role, list[Part | Call | Result]]] = []
        for index, message in enumerate(paced(self._messages)):
            items = list(self._items(f"messages[{index}]", message))
            if not items:
                continue
            if turns and turns[-1][0] == message.role and self._is_one(turns[-1][1]):
                self._notes.say(f"messages[{index}]", "sent as one with the message before it")
                turns[-1][1].extend(items)
            else:
                turns.append((message.role, items))
        if not turns:
            blank = "nothing is left to send: every text is blank"
            self._notes.block("messages", blank if self._messages else "there is no message for the model to answer")
        elif turns[-1][0] == "assistant" and not isinstance(turns[-1][1][-1], Call) and self._profile.assistant_last:
            self._notes.say(f"messages[{len(self._messages) - 1}]", self._profile.assistant_last)
        return [Turn(role, self._joined(items)) for role, items in paced(turns)]

    def _joined(self, items: list[Part | Call | Result]) -> tuple[Part | Call | Result, ...]:
        """Return the items of a turn, its texts as one where the server takes no list of them."""
        texts = [item for item in paced(items) if isinstance(item, TextBlock)]
        if (
            self._profile.text_lists
            or len(texts) < 2
            or any(isinstance(item, ImageBlock | AudioBlock) for item in items)
        ):
            return tuple(items)
        self._notes.say("messages", f"{len(texts)} texts of one turn are sent as one, with line breaks between them")
        place = items.index(texts[0])
        rest = [item for item in items[place:] if not isinstance(item, TextBlock)]
        return (*items[:place], TextBlock("\n".join(text.text for text in texts)), *rest)

    def _is_one(self, before: list[Part | Call | Result]) -> bool:
        """Whether a message is sent as one with that of its role before it; results may be messages of their own."""
        apart = self._profile.media_after_results and isinstance(before[0], Result)
        return self._profile.merges_roles and not apart

    def _items(self, where: str, message: Message) -> Iterator[Part | Call | Result]:
        self._notes.extra(where, message.extra)
        calls = [block.id for block in paced(message.blocks) if isinstance(block, ToolUseBlock)]
        reasoning = self._memory.recall(calls)
        if reasoning:
            self._notes.say(where, "this model's own reasoning of that turn is sent along")
        has_called = False
        for number, block in enumerate(paced(message.blocks)):
            path = f"{where}.content" if message.single else f"{where}.content[{number}]"
            match block:
                case ToolUseBlock():
                    has_called = True
                    yield self._call(path, block, reasoning.get(block.id, ()))
                case ToolResultBlock():
                    yield self._result(path, block)
                case _:
                    sent = part(path, block, message.role, self._profile, self._notes)
                    if sent is not None:
                        if has_called and self._profile.calls_last:
                            self._notes.say(path, "sent before the calls of its message")
                        yield sent
            self._notes.extra(path, block.extra)

    def _call(self, path: str, block: ToolUseBlock, reasoning: tuple[Piece, ...]) -> Call:
        if not self._profile.tools:
            self._notes.block(path, NO_TOOLS)
        self._notes.check_json(path, [block.id, block.name, dict(block.input)])
        identifier, name = self._ids.of_call(block.id), self._names.sent(block.name)
        if identifier != block.id:
            self._notes.say(f"{path}.id", f"sent as {identifier}, with its result")
        if name != block.name:
            self._notes.say(f"{path}.name", f"sent as {name}")
        return Call(identifier, name, block.input, reasoning)

    def _result(self, path: str, block: ToolResultBlock) -> Result:
        if not self._profile.tools:
            self._notes.block(path, NO_TOOLS)
        parts = tuple(result_parts(path, block, self._profile, self._notes))
        return Result(self._ids.of_result(block.tool_use_id), parts, block.is_error)


def _check_order(request: SamplingRequest, notes: Notes) -> None:
    """Note a call without its result: a server's request has none, but a person may have taken something out of it."""
    try:
        check_tool_turns(request.messages)
    except MalformedRequest as error:
        notes.block(error.path, error.message.removeprefix(f"{error.path}: "))


def _tool_names(request: SamplingRequest) -> Iterator[str]:
    """Yield the tools that are offered, then those that were called in earlier turns."""
    for tool in paced(request.tools or ()):
        if isinstance(name := tool.get("name"), str):
            yield name
    for block in paced(request.blocks):
        if isinstance(block, ToolUseBlock):
            yield block.name


def _with_prompt(prompt: str, turns: list[Turn]) -> list[Turn]:
    """Return the turns with the system prompt before the first words of the user."""
    for index, turn in enumerate(turns):
        if turn.role == "user" and not turn.results:
            first, rest = turn.items[0], turn.items
            if isinstance(first, TextBlock):
                first, rest = TextBlock(f"{prompt}\n\n{first.text}"), rest[1:]
            else:
                first = TextBlock(prompt)
            return [*turns[:index], replace(turn, items=(first, *rest)), *turns[index + 1 :]]
    return [Turn("user", (TextBlock(prompt),)), *turns]


def _system_prompt(request: SamplingRequest, profile: Profile, notes: Notes) -> str | None:
    prompt = request.system_prompt
    if prompt is None:
        return None
    notes.check_text("systemPrompt", prompt)
    if not prompt.strip():
        notes.say("systemPrompt", "blank, left out")
        return None
    if not profile.system_prompt:
        notes.say("systemPrompt", "this model takes none: put before the first message of the user")
    return prompt


def _max_tokens(request: SamplingRequest, profile: Profile, notes: Notes) -> int | None:
    most, asked = profile.max_output_tokens, request.max_tokens
    if most is None and asked <= MAX_WIRE_TOKENS:
        return asked
    if most is None and not profile.max_tokens_required:
        notes.say("maxTokens", f"{asked} is more than any model writes: not sent, so the model's own limit holds")
        return None
    most = most or SAFE_MAX_TOKENS
    if asked <= most:
        return asked
    notes.say("maxTokens", f"this model writes at most {most}: sent as {most}")
    return most


def _temperature(request: SamplingRequest, profile: Profile, notes: Notes) -> float | None:
    if request.temperature is None or profile.temperature:
        return request.temperature
    notes.say("temperature", "ignored by this model")
    return None


def _stop_sequences(request: SamplingRequest, profile: Profile, notes: Notes) -> tuple[str, ...]:
    usable = [text for text in request.stop_sequences if text]
    sent = tuple(text for text in usable if profile.blank_stop_sequences or text.strip())[: profile.stop_sequences]
    if len(usable) < len(request.stop_sequences):
        notes.say("stopSequences", "empty ones are left out")
    if usable and profile.stop_sequences == 0:
        notes.say("stopSequences", "none is sent; the answer is cut on our side")
    elif profile.stop_sequences is not None and len(usable) > profile.stop_sequences:
        notes.say("stopSequences", f"at most {profile.stop_sequences} are sent, the others are cut on our side")
    elif len(sent) < len(usable):
        notes.say("stopSequences", "blank ones are not sent, but cut on our side")
    notes.check_text("stopSequences", "".join(sent))
    return sent


def _configured(request: SamplingRequest, profile: Profile) -> Iterator[Note]:
    """Say which of the request's fields the configuration of this model leaves out or sets."""
    asked = {
        "maxTokens": True,
        "systemPrompt": bool(request.system_prompt),
        "temperature": request.temperature is not None,
        "stopSequences": bool(request.stop_sequences),
        "tools": bool(request.tools),
        "toolChoice": request.tool_choice is not None,
    }
    for name, member in profile.members.items():
        if asked[name] and member in profile.replaced:
            yield Note(name, "the configuration of this model sets it (extra_body)")
        elif asked[name] and member in profile.dropped and name in ("maxTokens", "toolChoice"):
            yield Note(name, "the configuration of this model leaves it out (drop_params)")


def _left_behind(request: SamplingRequest) -> Iterator[Note]:
    if request.include_context not in (None, "none"):
        yield Note("includeContext", "nothing is added by itself")
    for key in paced(request.extra):
        yield Note(key, "not forwarded")

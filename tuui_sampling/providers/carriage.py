"""
What of a request a wire can carry: told before approval, and the same rules when it is sent.

Every loss becomes a `Note` on the field that it concerns. A loss that would change what the server means (a picture
that is not sent, a tool that is not offered) blocks instead: the person may change the request or pick another model.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..sampling.errors import ModelError, ModelErrorKind
from ..sampling.note import Note, Severity
from ..sampling.request import (
    AudioBlock,
    Block,
    ImageBlock,
    Message,
    Role,
    SamplingRequest,
    TextBlock,
    ToolResultBlock,
    ToolUseBlock,
)

IMAGE_TYPES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
"""What all three wires take (https://docs.claude.com/en/docs/build-with-claude/vision,
https://platform.openai.com/docs/guides/images-vision)."""

MISNAMED_IMAGE_TYPES = {"image/jpg": "image/jpeg"}
"""Names in use that no registry has, and what they mean."""

LONE_SURROGATE = re.compile("[\ud800-\udfff]")
"""Half of a UTF-16 pair. JSON can hold it, UTF-8 can't, so it can't be sent."""


@dataclass(frozen=True)
class Carries:
    """
    What one wire carries.

    Attributes:
        temperature: It has such a parameter.
        stop_sequences: How many it takes; None means any number.
        blank_stop_sequences: It takes stop sequences that are nothing but white space.
        image_types: The MIME types of images that it takes; None means any.
    """

    temperature: bool = True
    stop_sequences: int | None = None
    blank_stop_sequences: bool = True
    image_types: frozenset[str] | None = IMAGE_TYPES


def notes(request: SamplingRequest, carries: Carries) -> tuple[Note, ...]:
    """Say what is lost of the request on a wire, in the order of the request's fields."""
    found = [note for index, message in enumerate(request.messages) for note in _message(index, message, carries)]
    if not sendable_messages(request):
        found.append(_block("messages", "nothing is left to send: every text is blank"))
    found.extend(_parameters(request, carries))
    return tuple(found)


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


def sendable_messages(request: SamplingRequest) -> list[tuple[Role, list[TextBlock | ImageBlock]]]:
    """Return the messages without blank text blocks, and without messages that held nothing else."""
    messages: list[tuple[Role, list[TextBlock | ImageBlock]]] = []
    for message in request.messages:
        blocks = [
            block
            for block in message.blocks
            if isinstance(block, ImageBlock) or (isinstance(block, TextBlock) and block.text.strip())
        ]
        if blocks:
            messages.append((message.role, blocks))
    return messages


def system_prompt(request: SamplingRequest) -> str | None:
    """Return the system prompt, or None where it is blank."""
    prompt = request.system_prompt
    return prompt if prompt and prompt.strip() else None


def stop_sequences(request: SamplingRequest, carries: Carries) -> list[str]:
    """Return the stop sequences that are sent; all of them are cut at on our side as well."""
    fit = [text for text in request.stop_sequences if text.strip() or (text and carries.blank_stop_sequences)]
    return fit[: carries.stop_sequences]


def image_type(image: ImageBlock) -> str:
    """Return the MIME type that an image is sent with."""
    name = image.mime_type.strip().lower()
    return MISNAMED_IMAGE_TYPES.get(name, name)


def data_url(image: ImageBlock) -> str:
    """Return the image as a data URL, which is how both OpenAI wires take it."""
    return f"data:{image_type(image)};base64,{image.data}"


def _message(index: int, message: Message, carries: Carries) -> Iterator[Note]:
    where = f"messages[{index}]"
    yield from _extra(where, message.extra)
    for number, block in enumerate(message.blocks):
        path = f"{where}.content" if message.single else f"{where}.content[{number}]"
        yield from _content(path, block, message.role, carries)
        yield from _extra(path, block.extra)


def _content(path: str, block: Block, role: Role, carries: Carries) -> Iterator[Note]:
    match block:
        case TextBlock():
            if not block.text.strip():
                yield Note(path, "blank text, left out")
            yield from _surrogate(path, block.text)
        case ImageBlock():
            yield from _image(path, block, role, carries)
        case AudioBlock():
            yield _block(path, "audio can't be sent to this model")
        case ToolUseBlock() | ToolResultBlock():
            yield _block(path, "tools are not supported by this version")


def _image(path: str, image: ImageBlock, role: Role, carries: Carries) -> Iterator[Note]:
    if carries.image_types is None:
        return
    name = image_type(image)
    if name not in carries.image_types:
        known = ", ".join(sorted(kind.removeprefix("image/") for kind in carries.image_types))
        yield _block(path, f"an image of this type can't be sent to this model, only {known}")
    elif name != image.mime_type:
        yield Note(path, f"sent as {name}")
    if role == "assistant":
        yield _block(path, "this model takes images from the user only, not from the assistant")


def _parameters(request: SamplingRequest, carries: Carries) -> Iterator[Note]:
    if request.system_prompt is not None:
        if not request.system_prompt.strip():
            yield Note("systemPrompt", "blank, left out")
        yield from _surrogate("systemPrompt", request.system_prompt)
    if request.temperature is not None and not carries.temperature:
        yield Note("temperature", "ignored by this model")
    yield from _stop_sequences(request, carries)
    if request.include_context not in (None, "none"):
        yield Note("includeContext", "no context is attached")
    if request.metadata is not None:
        yield Note("metadata", "not forwarded")
    if request.tools is not None:
        yield _block("tools", "tools are not supported by this version")
    if request.tool_choice is not None:
        yield _block("toolChoice", "tools are not supported by this version")
    for key in request.extra:
        yield Note(key, "not forwarded")


def _stop_sequences(request: SamplingRequest, carries: Carries) -> Iterator[Note]:
    usable = [text for text in request.stop_sequences if text]
    sent = stop_sequences(request, carries)
    if len(usable) < len(request.stop_sequences):
        yield Note("stopSequences", "empty ones are left out")
    if usable and carries.stop_sequences == 0:
        yield Note("stopSequences", "none is sent; the answer is cut on our side")
    elif carries.stop_sequences is not None and len(usable) > carries.stop_sequences:
        yield Note("stopSequences", f"at most {carries.stop_sequences} are sent, the others are cut on our side")
    elif len(sent) < len(usable):
        yield Note("stopSequences", "blank ones are not sent, but cut on our side")
    yield from _surrogate("stopSequences", "".join(sent))


def _surrogate(path: str, text: str) -> Iterator[Note]:
    if LONE_SURROGATE.search(text):
        yield _block(path, "holds half a character (a lone surrogate), which can't be sent")


def _extra(path: str, extra: Mapping[str, object]) -> Iterator[Note]:
    for key in extra:
        yield Note(f"{path}.{key}", "not forwarded")


def _block(field: str, text: str) -> Note:
    return Note(field, text, Severity.BLOCK)

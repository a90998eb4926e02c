"""What becomes of one content block on its way to a model: sent, sent as something else, or the reason why not."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ...sampling.base64_data import decoded
from ...sampling.derived.beside import paced
from ...sampling.derived.json_pieces import json_pieces
from ...sampling.note import Note, Severity
from ...sampling.request import AudioBlock, ImageBlock, Json, JsonObject, Role, TextBlock, ToolResultBlock
from .conversation import Part
from .profile import Profile

MISNAMED_TYPES = {
    "image/jpg": "image/jpeg",
    "audio/mp3": "audio/mpeg",
    "audio/wave": "audio/wav",
    "audio/x-wav": "audio/wav",
    "audio/vnd.wave": "audio/wav",
}
"""Other names in use for what we send, and the one that we send it by."""

LONE_SURROGATE = re.compile("[\ud800-\udfff]")
"""Half of a UTF-16 pair. JSON can hold it, UTF-8 can't, so it can't be sent."""

UNKNOWN_SIGHT = (
    "it is not known whether this model sees images: some servers drop them in silence; supports = { images = true } "
    "or false settles it, and `tuui-sampling models --ping NAME --image` finds out"
)

_STRICT = json.JSONEncoder(ensure_ascii=False, allow_nan=False)

HALF_CHARACTER = "holds half a character (a lone surrogate), which can't be sent"


@dataclass
class Notes:
    """The notes that are found on the way."""

    found: list[Note] = field(default_factory=list)

    def say(self, path: str, text: str) -> None:
        """Note a loss or an oddity."""
        self.found.append(Note(path, text))

    def block(self, path: str, text: str) -> None:
        """Note what must be changed before anything is sent."""
        self.found.append(Note(path, text, Severity.BLOCK))

    def extra(self, path: str, members: Mapping[str, object]) -> None:
        """Note members that no model gets to see."""
        for key in paced(members):
            self.say(f"{path}.{key}", "not forwarded")

    def check_text(self, path: str, text: str) -> None:
        """Note a text that can't be encoded."""
        # Every model is asked for its notes when a request comes in, and a plain text may have megabytes.
        if not text.isascii() and LONE_SURROGATE.search(text):
            self.block(path, HALF_CHARACTER)

    def check_json(self, path: str, value: Json) -> None:
        """Note a value that can't be sent as JSON: Python reads and holds more than JSON has (NaN)."""
        try:
            if any([LONE_SURROGATE.search(piece) for piece in json_pieces(value, _STRICT) if not piece.isascii()]):
                self.block(path, HALF_CHARACTER)
        except ValueError:
            self.block(path, "holds a number that JSON does not have, which can't be sent")


def mime_type(block: ImageBlock | AudioBlock) -> str:
    """Return the MIME type that an image or a sound is sent with."""
    name = block.mime_type.strip().lower()
    return MISNAMED_TYPES.get(name, name)


def part(path: str, block: Part, role: Role, profile: Profile, notes: Notes) -> Part | None:
    """Return a text, image or sound as it is sent; None where it is left out or can't be sent."""
    match block:
        case TextBlock():
            notes.check_text(path, block.text)
            if not block.text.strip():
                notes.say(path, "blank text, left out")
                return None
        case ImageBlock():
            _image(path, block, role, profile, notes)
        case AudioBlock():
            _audio(path, block, role, profile, notes)
    return block


def result_parts(path: str, result: ToolResultBlock, profile: Profile, notes: Notes) -> Iterator[Part]:
    """Yield a tool's result as text, images and sound."""
    for index, value in enumerate(paced(result.content)):
        where = f"{path}.content[{index}]"
        content = _result_part(where, value, notes)
        sent = part(where, content, "user", profile, notes) if content is not None else None
        if sent is not None:
            if profile.media_after_results and not isinstance(sent, TextBlock):
                notes.say(where, "sent after the results, as a message of the user's")
            yield sent
    if result.structured_content is not None:
        where = f"{path}.structuredContent"
        if result.content:
            notes.say(where, "not forwarded: the content stands for it")
        else:
            notes.say(where, "sent as text, since there is no content")
            yield TextBlock(_dumped(where, result.structured_content, notes))
    if result.is_error and profile.error_prefix:
        notes.say(f"{path}.isError", 'said in words: "ERROR:" before the text')


def _result_part(where: str, value: JsonObject, notes: Notes) -> Part | None:
    rest = dict(value)
    kind = rest.pop("type", None)
    match kind:
        case "text":
            content: Part | None = TextBlock(_word(rest.pop("text", None)))
        case "image" | "audio":
            content = _media(where, rest.pop("data", None), rest.pop("mimeType", None), kind, notes)
        case "resource":
            content = _resource(where, rest.pop("resource", None), notes)
        case "resource_link":
            notes.say(where, "a link, sent as text and not fetched")
            return TextBlock(_link_text(rest))
        case _:
            notes.say(where, "of a type that no model knows, sent as its JSON")
            return TextBlock(_dumped(where, dict(value), notes))
    notes.extra(where, rest)
    return content


def _resource(where: str, value: Json, notes: Notes) -> Part | None:
    resource = value if isinstance(value, Mapping) else {}
    uri, text, blob = _word(resource.get("uri")), resource.get("text"), resource.get("blob")
    mime = _word(resource.get("mimeType"))
    if isinstance(text, str):
        notes.say(where, "a resource, sent as text under its URI")
        return TextBlock(f"{uri}:\n{text}")
    kind = mime.partition("/")[0]
    if kind in ("image", "audio"):
        notes.say(where, f"a resource, sent as {kind} without its URI")
        return _media(where, blob, mime, kind, notes)
    notes.block(where, "a resource that is not text, image or sound can't be sent to a model")
    return None


def _link_text(link: JsonObject) -> str:
    """Return a link to a resource in words."""
    title = _word(link.get("title")) or _word(link.get("name"))
    mime, description = _word(link.get("mimeType")), _word(link.get("description"))
    lines = [f"Resource {title}: {_word(link.get('uri'))}" + (f" ({mime})" if mime else ""), description]
    return "\n".join(line for line in lines if line)


def _media(where: str, data: Json, mime: Json, kind: str, notes: Notes) -> ImageBlock | AudioBlock | None:
    encoded = _word(data)
    if decoded(encoded) is None:
        notes.block(where, "not valid base64")
        return None
    return ImageBlock(encoded, _word(mime)) if kind == "image" else AudioBlock(encoded, _word(mime))


def _image(path: str, image: ImageBlock, role: Role, profile: Profile, notes: Notes) -> None:
    if profile.images is None:
        notes.say(path, UNKNOWN_SIGHT)
    elif not profile.images:
        notes.block(path, "this model can't see images")
        return
    if profile.image_types is None:
        return
    _check_type(path, image, "an image", profile.image_types, notes)
    if role == "assistant":
        notes.block(path, "this model takes images from the user only, not from the assistant")


def _audio(path: str, audio: AudioBlock, role: Role, profile: Profile, notes: Notes) -> None:
    if not profile.audio:
        how = ", unless its configuration says supports = { audio = true }" if profile.audio_types else ""
        notes.block(path, f"audio can't be sent to this model{how}")
        return
    _check_type(path, audio, "sound", profile.audio_types, notes)
    if role == "assistant":
        notes.block(path, "this model takes sound from the user only, not from the assistant")


def _check_type(path: str, block: ImageBlock | AudioBlock, what: str, types: frozenset[str], notes: Notes) -> None:
    name = mime_type(block)
    if name not in types:
        known = ", ".join(sorted(kind.partition("/")[2] for kind in types))
        notes.block(path, f"{what} of this type can't be sent to this model, only {known}")
    elif name != block.mime_type:
        notes.say(path, f"sent as {name}")


def _dumped(where: str, value: Json, notes: Notes) -> str:
    notes.check_json(where, value)
    return json.dumps(value, ensure_ascii=False)


def _word(value: Json) -> str:
    return value if isinstance(value, str) else ""

"""
Finds all that a person should know of in a request, a response, or what an elicitation or a tool carries.

What stands in its texts is found by the table (`findings.py`); what lies in its form, and in where it came from and
goes to, is found here.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from ..sampling.checks.url_check import look_at
from ..sampling.derived.beside import ONE_AT_A_TIME, SHORT
from ..sampling.derived.json_cost import left_after
from ..sampling.inquiry import FormElicitation, Inquiry, ToolCall, UrlElicitation
from ..sampling.origin import Origin
from ..sampling.request import AudioBlock, ImageBlock, Json, SamplingRequest, TextBlock, ToolResultBlock, ToolUseBlock
from ..sampling.response import Estimate, Response
from ..sampling.visible import hidden_in
from .fields import Field, blocks_of, json_texts, kept_texts, response_texts, see_texts
from .finding import Finding, FindingKind, Place, Severity
from .leaks.learnt import hits_in
from .lookalikes import lookalike, mixed_words
from .search.scan import across

LARGE_TEXT = 100_000
"""Characters; nobody reads more than that."""

COST_OF_A_VALUE = 16
"""Characters of a long text that are searched in the time that a short one, a number or an object takes by itself."""

MUCH_MONEY = Decimal("0.10")
"""US dollars for one request, at the worst."""

_SPEC = "https://modelcontextprotocol.io/specification/2025-11-25/client/sampling"
_SEP_2260 = "https://modelcontextprotocol.io/seps/2260"
_TROJAN = "https://trojansource.codes/"
_UTS39 = "https://www.unicode.org/reports/tr39/"
_EMBRACE = "https://embracethered.com/blog/posts/2023/bing-chat-data-exfiltration-poc-and-fix/"

_PICTURE = re.compile(r"!\[[^\]\n]{0,200}\]\(\s?https?://[^\s)]{1,2000}\)")


@dataclass(frozen=True)
class Destination:
    """
    Where a request would go, and at what price.

    Attributes:
        host: Of the model, as it is shown.
        encrypted: False where the way to another computer is plain HTTP.
        estimate: None where it is not known.
    """

    host: str = ""
    encrypted: bool = True
    estimate: Estimate | None = None


def in_request(request: SamplingRequest) -> tuple[Finding, ...]:
    """Return what is found in a request by itself; computed once for each."""
    if request.knows("findings") or not is_long(request):
        return request.once("findings", lambda: tuple(_in_request(request)))
    with ONE_AT_A_TIME:  # whoever else wants to know waits for the one who searches, none of them on the event loop
        return request.once("findings", lambda: tuple(_in_request(request)))


def was_searched(request: SamplingRequest) -> bool:
    """Whether what is found in a request is known by now."""
    return request.knows("findings")


def size_of(request: SamplingRequest) -> int:
    """Return how many characters there are to search; computed once for each."""
    return request.once("size of texts", lambda: _size_of(request))


def _size_of(request: SamplingRequest) -> int:
    sizes: list[int] = []
    see_texts(request, lambda _field, text: sizes.append(len(text)))
    return sum(sizes)


def is_long(request: SamplingRequest) -> bool:
    """Whether it is too long to be searched on the event loop; computed once for each."""
    return request.once("is long", lambda: is_longer(request, SHORT))


def is_longer(request: SamplingRequest, most: int) -> bool:
    """Whether going through it takes longer than so many characters of one text do; it stops counting there."""
    left = [request.system_prompt, request.metadata, request.extra, request.tools, request.stop_sequences]
    left += [request.preferences.hints if request.preferences else None]
    if request.block_count * COST_OF_A_VALUE > most:
        return True
    for block in request.blocks:
        match block:
            case TextBlock():
                left.append(block.text)
            case ToolUseBlock():
                left.append(block.input)
            case ToolResultBlock():
                left += (block.content, block.structured_content)
    return left_after(filter(None, left), most, COST_OF_A_VALUE) < 0


def size_of_response(response: Response) -> int:
    """Return how many characters of a response there are to search."""
    return sum(len(text) for _, text in response_texts(response))


def around_request(origin: Origin, destination: Destination, others: Iterable[str] = ()) -> tuple[Finding, ...]:
    """
    Return what is to be known of where a request came from and where it would go.

    Args:
        others: The names of the other servers that are configured.
    """
    return tuple(_around(origin, destination, others))


def in_response(response: Response, texts: list[tuple[Field, str]] | None = None) -> tuple[Finding, ...]:
    """
    Return what is found in a response, before it is returned.

    Args:
        texts: Its texts, where they were gathered before.
    """
    texts = response_texts(response) if texts is None else texts
    return (*_in_texts(texts), *_pictures(texts), *_tool_uses(response))


def in_json(values: Iterable[tuple[str, Json]]) -> tuple[Finding, ...]:
    """Return what is found in JSON values, such as the blocks that a tool returned, each of which has a name."""
    texts = [one for name, value in values for one in json_texts(name, value) if not _is_data(one[0], value)]
    return (*_in_texts(texts), *_pictures(texts))


def _is_data(field: Field, value: Json) -> bool:
    """Whether a text is base64: that of a picture, a sound or a resource."""
    return field.inner in (".data", ".resource.blob") and isinstance(value, Mapping) and "type" in value


def in_inquiry(inquiry: Inquiry) -> tuple[Finding, ...]:
    """Return what is found in what a server asks besides a model's words."""
    asked, found = inquiry.asked, []
    if inquiry.origin.unsolicited:
        found.append(_unsolicited())
    found += _in_texts(one for one in inquiry_texts(inquiry) if one[0].name != "url")  # that is looked at by itself
    if isinstance(asked, UrlElicitation):
        page = look_at(asked.url)
        place = Place("url", None, 0, len(asked.url))
        for words in (*page.warnings, *filter(None, [page.obstacle])):
            plain = "not encrypted" in words
            kind = FindingKind.UNENCRYPTED if plain else FindingKind.URL
            found.append(Finding(kind, "address", Severity.MEDIUM, f"Of this address: {words}.", _SPEC, place))
    return tuple(found)


def inquiry_texts(inquiry: Inquiry) -> list[tuple[Field, str]]:
    """Return every text of what a server asks besides a model's words."""
    match inquiry.asked:
        case FormElicitation(message, schema):
            return [(Field("message"), message), *json_texts("requestedSchema", schema)]
        case ToolCall(arguments=arguments, said=said):
            return [*json_texts("arguments", arguments), (Field("said"), said)]
        case UrlElicitation(message, url):
            return [(Field("message"), message), (Field("url"), url)]
    return []


def counts(findings: Iterable[Finding]) -> Mapping[FindingKind, int]:
    """Return how many there are of each kind that occurs, in the order of the kinds."""
    if not (found := [finding.kind for finding in findings]):
        return {}
    return {kind: found.count(kind) for kind in FindingKind if kind in found}


# --- in the texts ---


def _in_request(request: SamplingRequest) -> Iterator[Finding]:
    if not is_long(request):
        kept_texts(request)  # rules ask for them, too, and for how long they are
    search = _Search()
    see_texts(request, search.see)
    yield from search.found
    for field, block in blocks_of(request):
        if isinstance(block, ImageBlock | AudioBlock):
            what = "An image" if isinstance(block, ImageBlock) else "A sound"
            reason = f"{what} may show what no text search finds."
            yield Finding(FindingKind.MEDIA, "media", Severity.LOW, reason, _SPEC, Place(field.name, field.block))
    if request.tools:
        reason = "The model may have the server run tools, in as many turns as it likes."
        yield Finding(FindingKind.TOOLS, "tools", Severity.MEDIUM, reason, _SPEC, Place("tools"))
    if request.include_context in ("thisServer", "allServers"):
        reason = "The server asks for what other conversations hold; nothing is added but what you pick."
        yield Finding(FindingKind.TOOLS, "includeContext", Severity.LOW, reason, _SPEC, Place("includeContext"))


class _Search:
    """What is found in texts that are seen one after the other, and over any two of them."""

    def __init__(self) -> None:
        self.found: list[Finding] = []
        self._before: tuple[Field, str] | None = None

    def see(self, field: Field, text: str) -> None:
        """Search the next text."""
        if self._before is not None:
            before, last = self._before
            for hit in across(last, text):
                first = replace(hit, start=len(last) + hit.start, end=len(last))
                self.found.append(first.at(before.name, before.block, before.inner))
                self.found.append(replace(hit, start=0).at(field.name, field.block, field.inner))
        self.found += _in_text(field, text)
        self._before = (field, text)


def _in_texts(texts: Iterable[tuple[Field, str]]) -> Iterator[Finding]:
    search = _Search()
    for field, text in texts:
        search.see(field, text)
    yield from search.found


def _in_text(field: Field, text: str) -> Iterator[Finding]:
    for hit in hits_in(text):
        yield hit.at(field.name, field.block, field.inner)
    yield from (replace(one, place=_within(one.place, field)) for one in _in_characters(text))
    if len(text) > LARGE_TEXT:
        reason = f"It is {len(text):,} characters long; nobody reads that."
        place = Place(field.name, field.block, inner=field.inner)
        yield Finding(FindingKind.SIZE, "long text", Severity.MEDIUM, reason, _SPEC, place)


def _within(place: Place, field: Field) -> Place:
    return replace(place, field=field.name, block=field.block, inner=field.inner)


def _in_characters(text: str) -> Iterator[Finding]:
    """Yield what hides in the characters of a text, without the field that it stands in."""
    for one in hidden_in(text):
        reason = f"A person can't see it, and a model reads it ({one.name}, {one.count:,} in this text)."
        place = Place(start=one.index, end=one.index + 1)
        yield Finding(FindingKind.HIDDEN, one.kind.value, Severity.HIGH, reason, _TROJAN, place, one.count)
    if not text.isascii():
        for start, end in mixed_words(text):
            reason = "A word mixes alphabets, so that it looks like another."
            yield Finding(
                FindingKind.LOOKALIKE, "mixed alphabets", Severity.MEDIUM, reason, _UTS39, Place("", None, start, end)
            )


# --- around it ---


def _around(origin: Origin, destination: Destination, others: Iterable[str]) -> Iterator[Finding]:
    if origin.unsolicited:
        yield _unsolicited()
    if not destination.encrypted:
        reason = f"The way to {destination.host} is not encrypted."
        yield Finding(
            FindingKind.UNENCRYPTED,
            "plain HTTP",
            Severity.HIGH,
            reason,
            "https://www.rfc-editor.org/rfc/rfc9110#section-4.2.1",
        )
    estimate = destination.estimate
    if estimate is not None and estimate.worst is not None and estimate.worst > MUCH_MONEY:
        reason = f"It may cost ${estimate.worst:.2f}."
        yield Finding(FindingKind.COST, "dear", Severity.MEDIUM, reason, _SPEC)
    for twin in _twins(origin.server, origin.tool or "", tuple(others)):
        yield Finding(FindingKind.LOOKALIKE, "name", Severity.HIGH, f"The name {twin}.", _UTS39)


@lru_cache(256)
def _twins(server: str, tool: str, others: tuple[str, ...]) -> tuple[str, ...]:
    """Return how the names of a server and of its tool mislead; the same two ask again and again."""
    rivals = [other for other in others if other != server]
    said = (
        lookalike(server, rivals) if server else "",
        lookalike(tool, [] if tool != server else rivals) if tool else "",
    )
    return tuple(words for words in said if words)


def _unsolicited() -> Finding:
    reason = "It came while no call of ours was under way."
    return Finding(FindingKind.UNSOLICITED, "unsolicited", Severity.HIGH, reason, _SEP_2260)


# --- in a response ---


def _pictures(texts: Iterable[tuple[Field, str]]) -> Iterator[Finding]:
    for field, text in texts:
        for picture in _PICTURE.finditer(text) if "![" in text else ():
            place = Place(field.name, field.block, *picture.span(), field.inner)
            reason = "Whoever shows it calls that address, with all that stands in it."
            yield Finding(FindingKind.URL, "picture from elsewhere", Severity.MEDIUM, reason, _EMBRACE, place)


def _tool_uses(response: Response) -> Iterator[Finding]:
    if not (tool_uses := response.tool_uses):
        return
    for number, block in enumerate(response.blocks):
        if block in tool_uses:
            name = "content" if len(response.blocks) == 1 else f"content[{number}]"
            reason = "The server will run this tool with these arguments."
            yield Finding(FindingKind.TOOLS, "tool use", Severity.LOW, reason, _SPEC, Place(name, number))

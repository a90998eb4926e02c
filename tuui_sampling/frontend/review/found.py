"""Tells what was found in something under review: below the field that it stands in, and as a count in the list."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ...desk.invocations import Result
from ...policy.finding import Finding, FindingKind, Place
from ...policy.survey import in_inquiry, in_json, in_request, in_response, is_longer, size_of_response
from ...sampling.derived.beside import SHORT
from ...sampling.inquiry import Inquiry
from ...sampling.note import Note
from ...sampling.request import Block, SamplingRequest
from ...sampling.response import Response
from ...sampling.review import Review
from ...servers.state.server import ToolResult
from ..presentation.results import parts_of
from .response_edits import AnswerEdits, answer_field

TOLD = frozenset(
    {
        FindingKind.SECRET,
        FindingKind.PERSONAL,
        FindingKind.INJECTION,
        FindingKind.URL,
        FindingKind.CODE,
        FindingKind.SIZE,
        FindingKind.LOOKALIKE,
    }
)
"""Kinds that are told like this; hidden characters, pictures, tools and where it comes from are told elsewhere."""

STRUCTURED = "structuredContent"
"""The field of what a tool returned besides its blocks."""

MAX_NOTES = 100
"""Findings that are told one by one."""


def is_searched(request: SamplingRequest) -> bool:
    """Whether what is in a request is known, or is known in no time."""
    return request.knows("findings") or not is_longer(request, SHORT)


def is_short(response: Response) -> bool:
    """Whether what is in a response is known in no time."""
    return size_of_response(response) <= SHORT


def found_in(item: Review | Inquiry) -> Sequence[Finding]:
    """Return what is found in what a server asks. Takes a while for a long request: then not for the event loop."""
    return in_request(item.asked) if isinstance(item, Review) else in_inquiry(item)


def told(findings: Iterable[Finding]) -> list[Finding]:
    """Return those of some findings that are told one by one."""
    return [one for one in findings if one.kind in TOLD]


def in_answer(response: Response, edits: AnswerEdits) -> list[Finding]:
    """Return what is found in a response as edited, each in the field that shows it. May take a while, too."""
    blocks = list(edits.blocks(response))
    return [in_field(one, blocks) for one in in_response(edits.apply(response))]


def in_result(result: Result) -> Sequence[Finding]:
    """Return what is found in what a call returned, each in the part that shows it. May take a while, too."""
    values = [(f"content[{number}]", part.block) for number, part in enumerate(parts_of(result))]
    if isinstance(result, ToolResult) and result.structured_content is not None:
        values.append((STRUCTURED, result.structured_content))
    return in_json(values)


def in_field(finding: Finding, blocks: Sequence[tuple[int, Block]]) -> Finding:
    """Return a finding in a response as edited in the field that shows it."""
    field = answer_field(*blocks[finding.place.block or 0])
    return replace(finding, place=replace(finding.place, field=field))


def notes_of(findings: Iterable[Finding]) -> Sequence[Note]:
    """Return a note for each rule that has found something in a field, with how often it has."""
    counted = Counter(replace(one, place=Place(one.place.field)) for one in told(findings))
    notes = [_note(one, count) for one, count in list(counted.items())[:MAX_NOTES]]
    more = len(counted) - MAX_NOTES
    return [*notes, Note("findings", f"{more:,} more are not listed")] if more > 0 else notes


def title(finding: Finding) -> str:
    """Return what a note of a finding begins with."""
    return f"{finding.kind} ({finding.severity}): {finding.rule}"


def _note(finding: Finding, count: int) -> Note:
    times = f" ×{count}" if count > 1 else ""
    return Note(finding.place.field, f"{title(finding)}{times}. {finding.reason} Source: {finding.source}")

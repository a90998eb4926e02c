"""Tells what was found in something under review: below the field that it stands in, and as a count in the list."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ...policy.finding import Finding, FindingKind, Place
from ...policy.survey import in_inquiry, in_request, size_of
from ...sampling.derived.beside import SHORT
from ...sampling.inquiry import Inquiry
from ...sampling.note import Note
from ...sampling.request import SamplingRequest
from ...sampling.review import Review

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

MAX_NOTES = 100
"""Findings that are told one by one."""


def is_searched(request: SamplingRequest) -> bool:
    """Whether what is in a request is known, or is known in no time."""
    return request.knows("findings") or size_of(request) <= SHORT


def told(item: Review | Inquiry) -> list[Finding]:
    """Return what is found in what a server asks. Takes a while for a long request: then not for the event loop."""
    found = in_request(item.asked) if isinstance(item, Review) else in_inquiry(item)
    return [one for one in found if one.kind in TOLD]


def notes_of(findings: Iterable[Finding]) -> Sequence[Note]:
    """Return a note for each rule that has found something in a field, with how often it has."""
    counted = Counter(replace(one, place=Place(one.place.field)) for one in findings if one.kind in TOLD)
    notes = [_note(one, count) for one, count in list(counted.items())[:MAX_NOTES]]
    more = len(counted) - MAX_NOTES
    return [*notes, Note("findings", f"{more:,} more are not listed")] if more > 0 else notes


def _note(finding: Finding, count: int) -> Note:
    times = f" ×{count}" if count > 1 else ""
    words = f"{finding.kind} ({finding.severity}): {finding.rule}{times}. {finding.reason} Rule: {finding.source}"
    return Note(finding.place.field, words)

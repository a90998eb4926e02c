"""Shows what an inquiry says as parts: the words, what was sent besides, and what was found in any of it."""

from collections.abc import Iterator, Sequence

from ...policy.finding import Finding
from ...sampling.inquiry import FormElicitation, Inquiry, RootsRequest, ToolCall, UrlElicitation
from ..review.found import notes_of
from .blocks import other_passages, text_passages
from .passage import Part, Passage, Style

ELSEWHERE = {"arguments": "in the arguments", "requestedSchema": "in the form"}
"""Fields that are not part of the words, and how they are called."""


def said(inquiry: Inquiry, found: Sequence[Finding]) -> list[Part]:
    """Return what is said, and what came besides; what was found in a field that stands below is told here, too."""
    asked = inquiry.asked
    if isinstance(asked, RootsRequest):
        return []
    words = (*text_passages(asked.message), *_notes(found, "message"))
    others = asked.extra if isinstance(asked, FormElicitation | UrlElicitation) else {}
    parts = [Part("message", words), Part("", tuple(other_passages(others)))]
    if isinstance(asked, ToolCall) and asked.said:
        heading = Passage("its model said", Style.MUTED)
        parts.insert(1, Part("said", (heading, *text_passages(asked.said), *_notes(found, "said"))))
    return [*parts, *(Part(field, tuple(_notes(found, field))) for field in ELSEWHERE)]


def _notes(found: Sequence[Finding], field: str) -> Iterator[Passage]:
    """Yield a note of each rule that has found something in a field; of an address it is told where that stands."""
    where = f"{ELSEWHERE[field]}: " if field in ELSEWHERE else ""
    for note in notes_of(one for one in found if one.place.field == field):
        yield Passage(where + note.text, Style.NOTE)

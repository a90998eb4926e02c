"""
An earlier answer to the same request, out of the record: offered to the person, never used by itself.

It is looked for while the request is on the screen already, and comes too late where that was decided meanwhile.
"""

import asyncio
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from ..history.ledger import Entry
from ..policy.redaction.masking import is_masked
from ..policy.redaction.placeholders import Placeholders, placeholders_in
from ..sampling.errors import LedgerError, MalformedRequest
from ..sampling.request import Json
from ..sampling.response import Response, why_not_returnable
from ..sampling.review import Candidate, Review
from ..sampling.wire import parse_block
from .docket import Docket


@contextmanager
def earlier_offered(docket: Docket, review: Review) -> Iterator[None]:
    """Look an earlier answer up and put it beside a request without candidates, as long as the block lasts."""
    if review.candidates or not review.digest:
        yield
        return
    looking = asyncio.create_task(_offer(docket, review), name=f"earlier answer to {review.id}")
    try:
        yield
    finally:
        looking.cancel()


async def _offer(docket: Docket, review: Review) -> None:
    candidate = await earlier_candidate(docket, review)
    if candidate is not None:
        review.candidates.append(candidate)
        docket.changed(review)


async def earlier_candidate(docket: Docket, review: Review, max_age: timedelta | None = None) -> Candidate | None:
    """Return the answer that this server got when it asked the same before; None where there is none that fits."""
    try:
        entry = await docket.record.earlier_answer(review.origin.server, review.digest)
    except LedgerError:  # the person is told of a broken record where they need it: at an approval
        return None
    result = entry.data.get("result") if entry is not None and not entry.data.get("withheld") else None
    response = None if is_masked(result) else _response(result)  # what is masked is not what was returned
    if entry is None or response is None or why_not_returnable(response, review.asked.tool_names):
        return None
    if max_age is not None and datetime.now().astimezone() - entry.at > max_age:
        return None
    numbered = Placeholders(review.asked, review.redacted).values  # as they were when it was answered
    review.redacted = {**review.redacted, **placeholders_in(response, numbered)}
    return _candidate(review, entry, response)


def _candidate(review: Review, entry: Entry, response: Response) -> Candidate:
    candidate = Candidate(1, response.model, review.asked, time.monotonic(), parts=[response.text])
    candidate.response, candidate.elapsed, candidate.earlier = response, 0.0, _words(entry, review)
    return candidate


def _response(result: Json) -> Response | None:
    """Return a recorded result as a response; None for what no version of this program wrote."""
    rest = dict(result) if isinstance(result, Mapping) else {}
    content, model, stop_reason = rest.pop("content", None), rest.pop("model", None), rest.pop("stopReason", None)
    rest.pop("role", None)
    try:
        items = content if isinstance(content, list) else [content]
        blocks = tuple(parse_block(item, "content") for item in items)
    except MalformedRequest:
        return None
    if not isinstance(model, str) or not isinstance(stop_reason, str | None):
        return None
    return Response(blocks, model, stop_reason, extra=rest)


def _words(entry: Entry, review: Review) -> str:
    """Say when it was returned; for which number only where that is one of this session: they begin anew in each."""
    session, which = review.key.rpartition("-")[0], f" for #{entry.number}"
    returned = f"returned{which if entry.review.rpartition('-')[0] == session else ''}"
    at, now = entry.at.astimezone(), datetime.now().astimezone()
    if at.date() == now.date():
        return f"{returned} today at {at:%H:%M}"
    year = f" {at.year}" if at.year != now.year else ""
    return f"{returned} on {at.day} {at:%b}{year}"

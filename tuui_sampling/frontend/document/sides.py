"""Shows a review from its other sides: what was changed of it, and the messages as they are."""

from ...policy.fields import request_texts
from ...policy.redaction.placeholders import known_in, put_back, put_back_by_itself
from ...sampling.phase import Phase
from ...sampling.request import SamplingRequest
from ...sampling.response import Response
from ...sampling.review import Review
from ...sampling.wire import request_params, response_result
from ..presentation.candidates import unread_lines
from ..presentation.format import pretty_json, reindented
from ..review.proposal import Edits
from ..review.redacting import chosen_in
from ..review.response_edits import compared
from .changes import changes
from .passage import Part, Passage, Style

NOTHING = "Nothing is changed."
"""What is said of a request, or a response, that goes on as it came."""


def changes_of(review: Review, edits: Edits) -> list[Part]:
    """Return what differs between what was asked and what is sent, and between what was said and what is returned."""
    built = edits.draft.build()
    sent = built if isinstance(built, SamplingRequest) and review.phase is Phase.REQUEST else review.outbound
    heading = Passage("The request: what the server asked, and what is sent", Style.HEADING)
    replaced = _replaced_before(review)
    told = [Passage(f"Replaced before anybody was asked: {', '.join(replaced)}.")] if replaced else []
    nothing = "Nothing else is changed." if replaced else NOTHING
    difference = _difference(_params(review.asked), _params(sent), nothing)
    parts = [Part("the request", (heading, *told, *difference))]
    candidate = edits.shown_candidate(review)
    answer = edits.answer(candidate) if candidate else None
    if edits.by_hand:
        parts.append(Part("the response", (Passage("The response: written by hand", Style.HEADING),)))
    elif candidate is not None and candidate.response is not None and answer is not None:
        heading = Passage("The response: what the model said, and what is returned", Style.HEADING)
        returned = _returned(review, edits, answer)
        parts.append(Part("the response", (heading, *_difference(*compared(candidate.response, returned)))))
    return parts


def raw_of(review: Review, edits: Edits) -> list[Part]:
    """Return the server's message as it came, and the one that it gets."""
    title, came = "What the server sent, as it came:", reindented(review.origin.raw)
    if _replaced_before(review):  # the message itself is not kept
        title, came = "What the server asked, without what was replaced before anybody saw it:", _params(review.asked)
    parts = [Part("what came", (Passage(title, Style.HEADING), Passage(came, Style.JSON)))]
    outcome = review.outcome
    candidate = edits.shown_candidate(review)
    response = outcome.response if outcome else edits.own_answer() if edits.by_hand else None
    if response is None and candidate is not None and not outcome:
        response = edits.answer(candidate)
    if response is not None and not outcome:
        response = _returned(review, edits, response)
    if response is not None:
        result = response_result(response, with_tools=review.asked.wants_tools)
        words = Passage("What it gets:" if outcome else "What it would get:", Style.HEADING)
        message = pretty_json({"jsonrpc": "2.0", "id": review.origin.request_id, "result": result})
        parts.append(Part("what it gets", (words, Passage(message, Style.JSON))))
    if unread := unread_lines(response, candidate.error if candidate is not None else None):
        parts.append(Part("what was not read", (Passage(unread[0], Style.HEADING), Passage("\n".join(unread[1:])))))
    return parts


def _returned(review: Review, edits: Edits, answer: Response) -> Response:
    """Return a response as the server gets it, with the values of placeholders as chosen."""
    by_itself = put_back_by_itself(review.asked, review.redacted)
    return put_back(answer, review.redacted, chosen_in(answer, review.redacted, edits.put_back, by_itself) or ())


def _params(request: SamplingRequest) -> str:
    return pretty_json(request_params(request))


def _replaced_before(review: Review) -> list[str]:
    """Return the placeholders that a rule, or the server's `redact`, had put into a request when it came."""
    return list(known_in((text for _, text in request_texts(review.asked)), review.redacted)) if review.redacted else []


def _difference(before: str, after: str, nothing: str = NOTHING) -> list[Passage]:
    return changes(before, after) or [Passage(nothing, Style.MUTED)]

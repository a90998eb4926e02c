"""Answers identical requests together: one model was asked, each of them gets the response, and the record has each."""

import time

from ..sampling.decision import Answer
from ..sampling.phase import Phase
from ..sampling.review import Candidate, Review
from .deliver import source
from .docket import Docket


def answer_identical(docket: Docket, review: Review, answer: Answer) -> None:
    """Give a response that is returned for one request to those that were named with it, as far as they still wait."""
    origin = source(review, answer)
    for number in answer.also:
        other = docket.reviews.get(number)
        if other is None or not are_identical(review, other) or other.phase is not Phase.REQUEST or other.notices:
            continue
        candidate = None
        if origin is not None:
            candidate = Candidate(len(other.candidates) + 1, origin.model, other.asked, time.monotonic())
            candidate.response, candidate.elapsed = origin.response, 0.0
            candidate.parts, candidate.earlier = [*origin.parts], f"answered together with #{review.id}"
            other.candidates.append(candidate)
        other.redacted = {**other.redacted, **review.redacted}  # the same was asked
        its_number = candidate.number if candidate is not None else None
        docket.decide(other.id, Answer(answer.response, its_number, put_back=answer.put_back))


def are_identical(review: Review, other: Review) -> bool:
    """Whether two requests are the same, of the same server."""
    same_server = review.origin.server == other.origin.server
    return other is not review and same_server and bool(review.digest) and review.digest == other.digest

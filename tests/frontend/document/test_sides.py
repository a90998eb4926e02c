"""What a review's other sides say of what was replaced before anybody was asked."""

from datetime import UTC, datetime

import pytest

from tests.support.desks import ORIGIN, request
from tuui_sampling.frontend.document.sides import changes_of, raw_of
from tuui_sampling.frontend.review.proposal import Edits
from tuui_sampling.frontend.review.request_draft import Draft
from tuui_sampling.policy.redaction.placeholders import redact
from tuui_sampling.sampling.review import Review

KEY = "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"

SAYS = {
    "plain text": ("good morning", [], "Nothing is changed."),
    "a secret": (f"the key is {KEY}", ["⟦secret 1⟧"], "Nothing else is changed."),
    "two kinds, one of them twice": (
        f"{KEY} of ann@posteo.de and bob@posteo.de, again {KEY}",
        ["⟦secret 1⟧", "⟦personal 1⟧", "⟦personal 2⟧"],
        "Nothing else is changed.",
    ),
}


@pytest.mark.parametrize(("text", "placeholders", "rest"), SAYS.values(), ids=SAYS)
def test_what_was_replaced_before_anybody_was_asked_is_told(text: str, placeholders: list[str], rest: str) -> None:
    came = redact(request(text), ["secret", "personal"])
    review = Review(
        id=1,
        key="s-1",
        origin=ORIGIN,
        asked=came.request,
        outbound=came.request,
        arrived=0.0,
        arrived_at=datetime.now(UTC),
        redacted=came.values,
    )
    edits = Edits(Draft(came.request, None))
    changed = [str(passage.text) for passage in changes_of(review, edits)[0].passages]
    told = [f"Replaced before anybody was asked: {', '.join(placeholders)}."] if placeholders else []
    assert changed[1:] == [*told, rest]
    title, message = (str(passage.text) for passage in raw_of(review, edits)[0].passages)
    assert ("without what was replaced" in title) is bool(placeholders)
    assert KEY not in message
    assert all(placeholder in message for placeholder in placeholders)

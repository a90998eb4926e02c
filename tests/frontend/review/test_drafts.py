"""Drafts are private files by the digest of what was asked; what was edited comes back as it was."""

import json
import os
import stat
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.full_request import params, user
from tuui_sampling.frontend.context.attached import Attached
from tuui_sampling.frontend.review.drafts import KEPT_DAYS, MAX_BYTES, DraftFolder, kept_edits, restore_edits
from tuui_sampling.frontend.review.proposal import BY_HAND, Edits
from tuui_sampling.frontend.review.request_draft import draft_of
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.sampling.request import ImageBlock, TextBlock
from tuui_sampling.sampling.response import Response
from tuui_sampling.sampling.review import Candidate, Review
from tuui_sampling.sampling.wire import parse_request


def review(text: str = "Where does it rain?", server: str = "notes", number: int = 1) -> Review:
    """Return a request."""
    asked = parse_request(params(messages=[user(text)]) | {"tools": [{"name": "search", "inputSchema": {}}]})
    origin = Origin(server, "2025-11-25")
    return Review(
        id=number,
        key=str(number),
        origin=origin,
        asked=asked,
        outbound=asked,
        arrived=0.0,
        arrived_at=datetime.now(UTC),
    )


def answered(item: Review, text: str) -> Review:
    """Add a response."""
    response = Response((TextBlock(text),), "m", "endTurn")
    item.candidates.append(Candidate(len(item.candidates) + 1, "m", item.asked, 0.0, elapsed=1.0, response=response))
    return item


def fresh(item: Review) -> Edits:
    """Return edits of which there are none."""
    return Edits(draft_of(item, "m"))


def test_all_that_was_edited_comes_back_for_the_same_request() -> None:
    before, after = answered(review(), "Nowhere."), answered(review(number=7), "Nowhere.")
    edits = fresh(before)
    edits.draft.set("systemPrompt", "Be brief. \u202e\ud800")
    edits.draft.turn("tools[0]")
    edits.of(1).texts[0] = "In Bergen."
    edits.of(BY_HAND).texts[0] = "half of an ans"
    edits.by_hand = True
    again = fresh(after)
    assert restore_edits(again, after, kept_edits(edits, before))
    assert (again.draft.edits, again.draft.left_out) == (edits.draft.edits, edits.draft.left_out)
    assert again.answer(after.candidates[0]) == edits.answer(before.candidates[0])
    assert again.own_answer().text == "half of an ans"
    assert again.by_hand
    assert not restore_edits(again, after, kept_edits(edits, before)), "nothing is done twice"


def test_the_edits_of_a_response_that_did_not_come_again_become_the_persons_own_answer() -> None:
    before, after = answered(review(), "Nowhere."), answered(review(), "Everywhere.")
    edits = fresh(before)
    edits.of(1).texts[0] = "In Bergen."
    again = fresh(after)
    assert restore_edits(again, after, kept_edits(edits, before))
    assert again.answer(after.candidates[0]) == after.candidates[0].response
    assert again.own_answer().text == "In Bergen."


@pytest.mark.parametrize(
    ("asked_again", "is_offered"),
    [
        (review(number=9), True),
        (review("Where does it snow?"), False),
        (review(server="other"), False),
        (replace(review(), outbound=parse_request(params(messages=[user("edited")]))), True),
    ],
    ids=["the same", "another text", "another server", "already approved otherwise"],
)
def test_a_draft_is_offered_for_the_same_request_of_the_same_server(
    tmp_path: Path, asked_again: Review, is_offered: bool
) -> None:
    folder = DraftFolder(tmp_path / "drafts")
    folder.save(review(), {"edits": {"systemPrompt": "x"}})
    assert (folder.load(asked_again) is not None) is is_offered


def test_a_draft_is_private_and_goes_when_it_is_decided_or_old(tmp_path: Path) -> None:
    folder = DraftFolder(tmp_path / "drafts")
    folder.delete(review())  # there is no folder yet
    folder.tidy()
    folder.save(review(), {})
    (file,) = (tmp_path / "drafts").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    folder.delete(review())
    assert folder.load(review()) is None
    folder.save(review(), {})
    folder.tidy()
    assert folder.load(review()) is not None
    os.utime(file, (0, time.time() - (KEPT_DAYS + 1) * 86_400))
    folder.tidy()
    assert folder.load(review()) is None


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff", b"[" * 100_000, b"{}" + b" " * MAX_BYTES])
def test_a_file_that_is_no_draft_is_none(tmp_path: Path, content: bytes) -> None:
    folder = DraftFolder(tmp_path / "drafts")
    folder.save(review(), {})
    (file,) = (tmp_path / "drafts").iterdir()
    file.write_bytes(content)
    assert folder.load(review()) is None


@pytest.mark.parametrize(
    "edits", [{"edits": 3}, {"answers": [1, {}, {"of": 1}]}, {"left_out": "x"}, {"by_hand": "yes"}]
)
def test_what_is_odd_in_a_draft_is_left_out(edits: dict[str, object]) -> None:
    item = answered(review(), "Nowhere.")
    restore_edits(fresh(item), item, edits)


def test_what_was_added_comes_back_with_its_edits_and_only_once() -> None:
    item = review()
    edits = fresh(item)
    added = [Attached("file a", TextBlock("alpha")), Attached("picture", ImageBlock("AAAA", "image/png"))]
    edits.draft.attach(added)
    edits.draft.set("context[0]", "less")
    kept = json.loads(json.dumps(kept_edits(edits, item)))
    again = fresh(item)
    assert restore_edits(again, item, kept)
    assert not restore_edits(again, item, kept)
    assert again.draft.attached == added
    assert again.draft.build() == edits.draft.build()
    item.redacts = frozenset({"personal"})  # configured since: what was kept goes through it, too
    kept["attached"][0]["block"]["text"] = "of ann@firm.net"
    redacted = fresh(item)
    assert restore_edits(redacted, item, kept)
    assert redacted.draft.attached[0].block == TextBlock("of ⟦personal 1⟧")
    unreadable: tuple[Any, ...] = (7, [7], [{"block": {}}], [{"block": {"type": "tool_use"}}])
    for broken in unreadable:
        assert not restore_edits(fresh(item), item, {"attached": broken})

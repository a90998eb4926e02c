"""What can be marked to be decided at once, and what of several requests differs: nothing that is sent is left out."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.desks import ORIGIN, approve, office, request
from tests.support.full_request import EVERYTHING
from tests.support.models.scripted_models import ScriptedProvider, answer
from tuui_sampling.frontend.queue.batch import MAX_CHARACTERS, MAX_MARKED, Batch, compared, differing
from tuui_sampling.frontend.review.reviewing import Reviewing
from tuui_sampling.sampling.origin import Group
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.sampling.review import Candidate
from tuui_sampling.sampling.wire import parse_request


async def test_only_untouched_requests_of_one_server_and_tool_are_marked(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("yes"))) as place:
        origins = [ORIGIN] * 3 + [replace(ORIGIN, tool="other"), replace(ORIGIN, group=Group(1, 1, 2)), ORIGIN]
        texts = ["a", "b", "c", "d", "e", "x" * (MAX_CHARACTERS + 1)]
        asked = [place.ask(text, origin) for text, origin in zip(texts, origins, strict=True)]
        reviews = [await place.at(Phase.REQUEST, number) for number in range(1, 7)]
        reviewing = Reviewing(place.desk, place.desk.models)
        batch = Batch(place.desk, reviewing.listing)
        assert "too long" in batch.why_not(reviews[5])
        assert "a round" in batch.why_not(reviews[4])
        assert "Only requests to a model" in batch.why_not(None)
        for review in reviews[:2]:
            assert batch.why_not(review) == ""
            batch.turn([review.id])
        assert "of one server and tool" in batch.why_not(reviews[3])
        reviews[2].notices = ("look",)
        assert "notice" in batch.why_not(reviews[2])
        reviews[2].notices = ()
        candidate = Candidate(1, "m", reviews[2].asked, 0.0, earlier="of today")
        reviews[2].candidates.append(candidate)
        assert batch.why_not(reviews[2]) == "", "an earlier answer is offered: nothing was asked of a model"
        candidate.earlier = ""
        assert "Only what waits to be sent" in batch.why_not(reviews[2])
        assert [one.id for one in batch.items] == [1, 2]
        reviewing.edits(reviews[0]).draft.edits["max_tokens"] = "7"
        assert [one.id for one in batch.items] == [2], "what was edited since is marked no longer"
        place.settle(reviews[1], approve(reviews[1]))
        await place.at(Phase.RESPONSE, 2)
        assert batch.items == []
        reviewing.listing.marked = set(range(100, 100 + MAX_MARKED))
        assert batch.items == []
        for task in asked:
            task.cancel()


def test_every_part_is_shown_as_different_or_as_the_same() -> None:
    whole = parse_request(EVERYTHING)
    other = replace(whole, max_tokens=whole.max_tokens + 1, system_prompt="another", temperature=None)
    differing, same = compared([whole, other], ["m at a", "m at b"])
    names = {part.name for part in differing}
    assert {"system prompt", "maxTokens", "temperature", "goes to"} <= names
    assert next(part.texts for part in differing if part.name == "temperature")[1] == "—"
    assert names.isdisjoint(part.name for part in same)
    assert any(part.name.startswith("message 1 · ") for part in same) and any(part.name == "tools" for part in same)
    assert compared([whole, whole], ["m", "m"])[0] == []
    assert compared([request("a"), request("b")], ["m", "m"])[0][0].texts == ("a", "b")


@pytest.mark.parametrize(
    ("texts", "stretches"),
    [
        (["Sort this: a refund. Thanks", "Sort this: a parcel is late. Thanks"], ["refund. ", "parcel is late. "]),
        (["same", "same", "same"], ["", "", ""]),
        (["one", "one two"], ["one", "one two"]),
        (["x a y", "x b y", "x a y"], ["a ", "b ", "a "]),
        (["x\nhidden \u202e\nz", "x\nq\nz"], ["hidden \u202e\n", "q\n"]),
        (["", "something"], ["", "something"]),
        (["aaa aaa", "aaa aaa aaa"], ["aaa", "aaa aaa"]),
    ],
)
def test_what_is_not_the_same_in_all_is_found_from_word_to_word(texts: list[str], stretches: list[str]) -> None:
    found = differing(texts)
    assert [text[start:end] for text, (start, end) in zip(texts, found, strict=True)] == stretches
    kept = {(text[:start], text[end:]) for text, (start, end) in zip(texts, found, strict=True)}
    assert len(kept) == 1, "what is not marked is the same in all"

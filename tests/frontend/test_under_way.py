"""All that is under way stands in one list: each call with its requests, then what nobody called for."""

from dataclasses import replace

from tests.scenes.hostile.test_floods import review
from tuui_sampling.desk.invocations import Run
from tuui_sampling.frontend.queue.row import opening
from tuui_sampling.frontend.under_way import under_way
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.sampling.phase import Phase


def test_calls_are_listed_with_their_requests() -> None:
    runs = [
        Run(1, "notes", "summarise", {}, started=0.0, call=1),
        Run(2, "zoo", "plan", {}, ended=1.0),
        Run(3, "zoo", "feed", {}),
    ]
    items = [
        replace(review(1), origin=Origin("notes", "2025-11-25", tool="summarise", call=1)),
        replace(review(2), origin=Origin("attic", "2025-11-25", unsolicited=True)),
        replace(review(3), origin=Origin("notes", "2025-11-25", tool="summarise", call=1), phase=Phase.DELIVERED),
    ]
    found = under_way(runs, items)
    calls = [(one.run.id if one.run else None, one.item.id if one.item else None) for one in found]
    assert calls == [(1, None), (1, 1), (3, None), (None, 2)]
    assert "attic, unsolicited" in found[-1].words
    assert [opening(item) in one.words for item, one in zip(items[:2], (found[1], found[3]), strict=True)] == [True] * 2
    assert under_way([], []) == []

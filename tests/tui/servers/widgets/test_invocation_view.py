"""A call whose server asks thousands of times has as many widgets as one that asks thirty times."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from textual.app import App, ComposeResult

from tests.scenes.hostile.test_floods import review
from tests.support.screens.app import shown_text, wait_until
from tuui_sampling.desk.invocations import Run
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.sampling.review import Review
from tuui_sampling.servers.state.server import ToolResult
from tuui_sampling.tui.servers.widgets.invocation_view import (
    MAX_LINKS,
    NEWEST_ENDED,
    ReviewLink,
    RunList,
    linked,
    run_line,
)
from tuui_sampling.tui.widgets.plain import Plain

ORIGIN = Origin("zoo", "2025-11-25", tool="feed", call=1)


def asked(phases: Mapping[int, Phase]) -> list[Review]:
    return [replace(review(number), origin=ORIGIN, phase=phase) for number, phase in phases.items()]


def numbered(phase: Phase, numbers: range) -> dict[int, Phase]:
    return dict.fromkeys(numbers, phase)


@pytest.mark.parametrize(
    ("phases", "shown"),
    [
        (numbered(Phase.REJECTED, range(1, MAX_LINKS + 1)), list(range(1, MAX_LINKS + 1))),
        (numbered(Phase.REJECTED, range(1, 401)), list(range(401 - NEWEST_ENDED, 401))),
        (numbered(Phase.REQUEST, range(1, 401)), list(range(1, MAX_LINKS - NEWEST_ENDED + 1))),
        (numbered(Phase.REJECTED, range(1, 50)) | numbered(Phase.RESPONSE, range(50, 52)), [*range(40, 52)]),
        (numbered(Phase.REQUEST, range(1, 3)) | numbered(Phase.DELIVERED, range(3, 99)), [1, 2, *range(89, 99)]),
    ],
)
def test_of_many_requests_those_that_wait_are_shown_and_the_newest_that_ended(
    phases: Mapping[int, Phase], shown: list[int]
) -> None:
    assert [one.id for one in linked(asked(phases))] == shown


def shown(app: App[None]) -> list[int]:
    return [one.review for room in app.query(".run-reviews") for one in room.children if isinstance(one, ReviewLink)]


async def test_the_links_of_a_call_stay_few_and_in_order_and_the_rest_is_counted() -> None:
    class Calls(App[None]):
        def compose(self) -> ComposeResult:
            yield RunList()

    app, run = Calls(), Run(1, "zoo", "feed", {}, started=0.0, call=1)
    async with app.run_test() as pilot:
        runs = app.query_one(RunList)
        for count in (5, 400, 800):
            items = asked(numbered(Phase.REJECTED, range(1, count + 1)) | {2: Phase.REQUEST})
            wanted = [one.id for one in linked(items)]
            runs.show([run], items)
            await wait_until(pilot, lambda wanted=wanted: shown(app) == wanted)  # type: ignore[misc]
        assert shown_text(app.query(".run-body > .muted").last(Plain)).startswith("… and 789 more")


ENDS = {
    # How a call is, its sign, and the hue of that.
    "running": ("◐", "primary"),
    "done in": ("✓", "success"),
    "the tool reported an error after": ("✗", "error"),
    "failed after": ("✗", "error"),
    "cancelled after": ("–", "muted"),
}


@pytest.mark.parametrize("words", ENDS)
def test_the_sign_of_a_call_has_the_hue_of_its_outcome(words: str) -> None:
    run = Run(1, "zoo", "feed", {})
    if words != "running":
        run.ended = run.started
    if words in ("done in", "the tool reported an error after"):
        run.result = ToolResult((), is_error=words != "done in")
    run.cancelled = words == "cancelled after"
    shown = run_line(run, folded=True)
    sign, hue = ENDS[words]
    (span,) = shown.spans
    assert (shown.plain[span.start : span.end], span.style) == (sign, f"bold $text-{hue}")
    assert words in shown.plain, "the words say it, too"

"""The tool calls that the person made, and what became of them."""

from dataclasses import replace
from pathlib import Path

from tests.scenes.hostile.test_floods import review
from tests.servers.primitives.test_sync import odd
from tests.support.desks import answer_by_model, backend, eventually, reviews, server_settings
from tests.support.paths import modern_sdk_server
from tests.support.supervised import PUPPET
from tuui_sampling.desk import invocations as runs_module
from tuui_sampling.desk.invocations import Progress, Run
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.servers.state.server import ToolResult


async def test_a_run_from_its_start_to_its_result(tmp_path: Path) -> None:
    seen: list[tuple[int, bool]] = []
    async with backend(tmp_path, server_settings("one", modern_sdk_server())) as opened:
        unsubscribe = opened.runs.subscribe(lambda run: seen.append((run.id, run.ended is not None)))
        run = opened.runs.start("one", "ask", {"prompt": "hello"})
        assert (run.id, run.ended, run.result) == (1, None, None)
        (review,) = await reviews(opened, 1)
        assert run.caused(review)
        await answer_by_model(opened, review, "world")
        await eventually(lambda: run.ended is not None)
        assert isinstance(run.result, ToolResult)
        assert run.result.text == "world"
        assert seen[0] == (1, False)
        assert seen[-1] == (1, True)
        unsubscribe()
        other = opened.runs.start("one", "cancel_now", {})
        assert not other.caused(review)
        await eventually(lambda: other.ended is not None)
        assert {number for number, _ in seen} == {1}
        assert not opened.runs.cancel(run.id)
        assert not opened.runs.cancel(99)


def test_a_request_is_of_its_call_where_that_is_known_and_of_each_candidate_where_not() -> None:
    first, second, other = (Run(number, "notes", "plan", {}, started=0.0, call=number) for number in (1, 2, 3))
    known = replace(review(1), origin=Origin("notes", "2025-11-25", tool="plan", call=2))
    assert [run.caused(known) for run in (first, second, other)] == [False, True, False]
    one_of = replace(review(2), origin=Origin("notes", "2025-11-25", among=(1, 2), tools=("plan", "feed")))
    assert [run.caused(one_of) for run in (first, second, other)] == [True, True, False]


async def test_what_kept_a_run_from_its_result(tmp_path: Path) -> None:
    async with backend(tmp_path, server_settings("one", PUPPET)) as opened:
        cancelled = opened.runs.start("one", "wait", {})
        broken = opened.runs.start("one", "wait", {})
        await eventually(lambda: len(opened.supervisor.servers["one"].calls) == 2)
        assert opened.runs.cancel(cancelled.id)
        await eventually(lambda: cancelled.ended is not None)
        assert (cancelled.cancelled, cancelled.error) == (True, None)
        await opened.supervisor.stop("one")
        await eventually(lambda: broken.ended is not None)
        assert broken.error is not None
        assert broken.error.message == "stopped by hand"
        late = opened.runs.start("one", "wait", {})
        await eventually(lambda: late.ended is not None)
        assert late.error is not None
        assert late.error.message == "one is stopped"


async def test_every_kind_of_run_hears_how_far_it_is(tmp_path: Path) -> None:
    async with backend(tmp_path, server_settings("one", odd("slow"))) as opened:
        prompt = opened.runs.get_prompt("one", "plain", {"plain": "x"})
        resource = opened.runs.read_resource("one", "odd://plain")
        half = Progress(1, 2, "half \u202eway")
        await eventually(lambda: prompt.progress == resource.progress == half, "both have told how far they are")
        assert (prompt.ended, resource.ended) == (None, None)


async def test_a_run_that_is_cancelled_before_it_began_has_ended(tmp_path: Path) -> None:
    async with backend(tmp_path, server_settings("one", PUPPET)) as opened:
        run = opened.runs.start("one", "wait", {})
        assert opened.runs.cancel(run.id)
        await eventually(lambda: run.ended is not None)
        assert run.cancelled
        assert not opened.runs.cancel(run.id)


async def test_old_runs_are_forgotten_and_those_under_way_never(tmp_path: Path) -> None:
    async with backend(tmp_path, server_settings("one", PUPPET)) as opened:
        waiting = opened.runs.start("one", "wait", {})
        last: Run = waiting
        for _ in range(runs_module.KEPT + 5):
            last = opened.runs.start("one", "heard", {})
            await eventually(lambda: last.ended is not None)  # noqa: B023 - awaited here
        assert len(opened.runs.runs) == runs_module.KEPT
        assert {waiting.id, last.id} <= set(opened.runs.runs)

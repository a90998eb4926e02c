"""That the benchmarks run. What they measure is asserted nowhere: a busy machine is slow."""

from collections.abc import Callable

import pytest

from tests.bench import bounded, round_trip, screens, starts
from tests.bench.figures import Figure

SMALL: dict[str, Callable[[], list[Figure]]] = {
    "round trip": lambda: round_trip.round_trip(rounds=1),
    "first paint": lambda: starts.first_paint(count=1),
    "help": lambda: starts.help_page(count=1),
    "arrival": lambda: screens.arrival(count=2, pending=5),
    "select": lambda: screens.select(count=1),
    "large texts": lambda: screens.large_texts(count=1),
    "idle": lambda: screens.idle(seconds=1),
    "bounded": lambda: bounded.bounded(["1,000 blocks"], keys=1),
    "memory": lambda: screens.memory(pending=10),
}


@pytest.mark.parametrize("measure", SMALL.values(), ids=SMALL)
def test_each_measurement_gives_figures(measure: Callable[[], list[Figure]]) -> None:
    figures = measure()
    assert figures
    for figure in figures:
        assert figure.value == figure.value, "not a number"
        assert figure.unit in figure.row()


@pytest.mark.parametrize(("value", "target", "mark"), [(1.0, 1.3, "✓"), (1.4, 1.3, "✗"), (1.0, None, " ")])
def test_a_row_says_whether_the_target_is_met(value: float, target: float | None, mark: str) -> None:
    assert Figure("something", value, "×", target).row().startswith(mark)

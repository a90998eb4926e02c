"""Print the figures that README promises, measured here and now: `python -m tests.bench`, or `make bench`."""

import sys
from collections.abc import Callable

from tests.bench import bounded, round_trip, screens, starts
from tests.bench.figures import Figure

MEASUREMENTS: tuple[Callable[[], list[Figure]], ...] = (
    lambda: round_trip.round_trip(rounds=20),
    lambda: starts.first_paint(count=11),
    lambda: starts.help_page(count=21),
    lambda: screens.arrival(count=30, pending=500),
    lambda: screens.select(count=20),
    lambda: screens.large_texts(count=20),
    lambda: screens.idle(seconds=5),
    lambda: screens.memory(pending=1000),
    lambda: bounded.bounded(bounded.CASES, keys=10),
)


def main() -> int:
    """Measure and print; returns 1 when a target is missed."""
    figures: list[Figure] = []
    for measure in MEASUREMENTS:
        for figure in measure():
            print(figure.row(), flush=True)
            figures.append(figure)
    missed = [figure for figure in figures if figure.is_met is False]
    print(f"\n{len(missed)} of {sum(figure.target is not None for figure in figures)} targets missed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

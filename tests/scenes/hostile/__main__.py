"""
Runs every test that holds a row, and prints the table: number, what is done, the tests, the result.

    python -m tests.scenes.hostile [arguments for pytest]

The exit code is 0 if each row has a test that passed, and none that failed.
"""

import sys
from collections import Counter

import pytest

from tests.scenes.hostile.rows import ROWS

Held = dict[int, dict[str, Counter[str]]]
"""By row and test: how many of its cases ended in which way."""


class Results:
    """Gathers what became of the tests, from as many processes as run them."""

    def __init__(self) -> None:
        self.held: Held = {number: {} for number in ROWS}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count one end: that of the test itself, or that of a fixture which failed or skipped it."""
        if report.when != "call" and report.outcome == "passed":
            return
        name = report.nodeid.partition("[")[0].removeprefix("tests/")
        for key, number in report.user_properties:
            if key == "hostile" and isinstance(number, int):
                self.held[number].setdefault(name, Counter())[report.outcome] += 1


def result_of(tests: dict[str, Counter[str]]) -> str:
    """Return how a row stands in one word."""
    total = sum(tests.values(), Counter[str]())
    if total["failed"]:
        return "FAILED"
    return "holds" if total["passed"] else "NO TEST" if not total else "skipped"


def table(held: Held) -> list[str]:
    """Return the lines of the table."""
    lines = []
    for number, tests in held.items():
        lines.append(f"{number:2}  {result_of(tests):7}  {ROWS[number]}")
        for name, counts in sorted(tests.items()):
            ends = ", ".join(f"{count} {end}" for end, count in counts.items())
            lines.append(f"{'':15}{name}  ({ends})")
    return lines


def main(arguments: list[str]) -> int:
    """Run the tests and print the table; return the exit code."""
    results = Results()
    pytest.main(["-q", "--no-header", "-m", "hostile", "-n", "2", "--dist", "worksteal", *arguments], [results])
    stands = Counter(map(result_of, results.held.values()))
    print("\n".join(table(results.held)))
    print(f"\n{len(ROWS)} rows: " + ", ".join(f"{count} {how}" for how, count in stands.most_common()))
    return 0 if set(stands) == {"holds"} else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

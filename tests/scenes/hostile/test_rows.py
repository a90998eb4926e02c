"""No row is without a test, and no test names a row that does not exist."""

import re
from collections import Counter

from tests.scenes.hostile.__main__ import Results, result_of, table
from tests.scenes.hostile.rows import ROWS
from tests.support.paths import ROOT

_HELD = re.compile(r"def test_(\d\d)_|@pytest\.mark\.hostile\(([\d, ]+)\)")


def numbers() -> set[int]:
    """Return the rows that tests name."""
    found = set()
    for file in (ROOT / "tests").rglob("test_*.py"):
        for named, marked in _HELD.findall(file.read_text(encoding="utf-8")):
            found |= {int(number) for number in (named or marked).split(",")}
    return found


def test_every_row_has_a_test() -> None:
    assert sorted(numbers()) == sorted(ROWS) == list(range(1, 82))


def test_the_table_says_what_fails_and_what_is_missing() -> None:
    results = Results()
    results.held = {1: {"a": Counter(passed=2)}, 2: {"b": Counter(passed=1, failed=1)}, 3: {"c": Counter(skipped=1)}}
    results.held[4] = {}
    assert [result_of(tests) for tests in results.held.values()] == ["holds", "FAILED", "skipped", "NO TEST"]
    assert table(results.held)[:2] == [f" 1  holds    {ROWS[1]}", f"{'':15}a  (2 passed)"]

"""Of many lines the first are kept, and the rest is counted."""

import pytest

from tuui_sampling.servers.state.capped_lines import MAX_LINES, CappedLines


@pytest.mark.parametrize(
    ("count", "last"), [(1, "1"), (MAX_LINES, "100"), (MAX_LINES + 1, "and 1 more"), (20_000, "and 19,900 more")]
)
def test_the_first_are_kept_and_the_rest_is_counted(count: int, last: str) -> None:
    noted = CappedLines()
    for number in range(count):
        noted.add(str(number + 1))
    assert (len(noted), noted[-1]) == (min(count, MAX_LINES + 1), last)

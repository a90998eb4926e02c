"""Names of rules and servers have a column that is as wide as they are, as far as there is room."""

import pytest

from tuui_sampling.tui.policy.rows import MIN_NAME, Row, prompts

pytestmark = pytest.mark.unit

LONG = "a rule with a name that says all that it lets pass"
ROWS = (
    Row("Rules", is_heading=True),
    Row("deny  short", "never matched", key="1"),
    Row(LONG, "1 request, last 3 s ago", key="2"),
    Row("Servers", is_heading=True),
    Row("notes [/]\x1b", "has not asked in 30 days", key="3"),
    Row("No limit."),
)


@pytest.mark.parametrize("width", [200, 120, len(LONG) + len("1 request, last 3 s ago") + 4])
def test_nothing_is_cut_where_there_is_room(width: int) -> None:
    heading, short, long, _, server, nothing = (one.plain for one in prompts(ROWS, width))
    assert long == f"  {LONG}  1 request, last 3 s ago"
    assert short.index("never") == long.index("1 request"), "a column"
    assert (heading, nothing) == ("Rules", "  No limit.")
    assert server == "  notes [/]␛  has not asked in 30 days", "each section has its own"


def test_names_are_cut_first_and_say_so() -> None:
    long = prompts(ROWS, 60)[2].plain
    assert long.startswith("  a rule with a name that says all") and "…  1 request, last 3 s ago" in long
    assert len(long) == 60 - 0
    assert prompts(ROWS, 10)[2].plain == f"  {LONG[: MIN_NAME - 1]}…  1 request, last 3 s ago"

"""The text of a tool use's arguments, and what judges them."""

import pytest

from tuui_sampling.forms.arguments import NoObject, check_for, parse_arguments


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "not JSON"),
        ('{"a": 1', "not JSON"),
        ("[1]", "a JSON object is expected"),
        ("null", "a JSON object is expected"),
        ('{"a": NaN}', "a number that JSON does not have"),
        ('{"a":' * 100_000, "nested too deeply"),
    ],
)
def test_what_is_no_object_says_why(text: str, problem: str) -> None:
    with pytest.raises(NoObject, match=problem):
        parse_arguments(text)


def test_a_tool_that_is_not_listed_has_no_check() -> None:
    assert check_for(None, "t") is None
    assert check_for(({"name": "u"},), "t") is None
    assert check_for(({"name": "t"},), "t") is not None

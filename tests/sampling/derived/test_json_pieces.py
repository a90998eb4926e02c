"""JSON in pieces is the JSON that the encoder writes at once, and no piece is long."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tuui_sampling.sampling.derived.beside import WINDOW
from tuui_sampling.sampling.derived.json_pieces import AT_ONCE, json_pieces

PLAIN = json.JSONEncoder(separators=(",", ":"))
SORTED = json.JSONEncoder(sort_keys=True)
VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | some.text(),
    lambda inner: some.lists(inner) | some.dictionaries(some.text(), inner) | some.tuples(inner),
)


@pytest.mark.long
@given(VALUES)
def test_whatever_it_is(value: Any) -> None:
    for encoder in (PLAIN, SORTED):
        assert "".join(json_pieces(value, encoder)) == encoder.encode(value)


MANY = 60 * AT_ONCE + 1  # too many to be written in one call
LONG_VALUES: dict[str, Any] = {
    "a text": "é\ud83d\U0001f600\n" * WINDOW,
    "blocks": {"messages": [{"role": "user", "content": [{"type": "text", "text": "x"}] * 10_000}]},
    "messages": {"messages": [{"role": "user", "content": {"type": "text", "text": "x"}}] * 10_000},
    "members": {"metadata": {f"m{MANY - number}": number for number in range(MANY)}, "after": [{}, [], ""]},
    "a key": {"é\n" * 4 * WINDOW: 1, "after": [{}, [], ""]},
    "tools": {"tools": [{"name": str(number), "inputSchema": {"type": "object"}} for number in range(MANY)]},
}


@pytest.mark.parametrize("name", LONG_VALUES)
def test_of_something_long_no_piece_is_long(name: str) -> None:
    for encoder in (PLAIN, SORTED):
        pieces = list(json_pieces(LONG_VALUES[name], encoder))
        assert "".join(pieces) == encoder.encode(LONG_VALUES[name])
        assert max(map(len, pieces)) < 13 * WINDOW
        assert len(pieces) > 3

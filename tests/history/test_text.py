"""Tests of the words of an entry."""

import tracemalloc

from tuui_sampling.history.text import MAX_SEARCHED, TOGETHER, folded, searchable


def asked(*texts: str) -> dict[str, object]:
    """Return the data of an entry: a request with these texts."""
    return {"params": {"messages": [{"role": "user", "content": [{"type": "text", "text": text} for text in texts]}]}}


def test_texts_are_searched_as_if_each_was_folded_by_itself() -> None:
    texts = [*"aeA\u03a3\u0301", "Stra\u00dfe \uff21\0", "\u1112\u1161", "\u11ab x", "\ud800", "1\u20442"] * 900
    assert sum(map(len, texts)) > 2 * TOGETHER
    assert searchable(asked(*texts)) == "\n".join(map(folded, texts))


def test_of_very_much_the_beginning_is_searched() -> None:
    words = searchable(asked("X" * (MAX_SEARCHED - 2), "YYY", "Z"))
    assert words == "x" * (MAX_SEARCHED - 2) + "\nyy"


def test_of_thousands_of_short_texts_none_is_a_string_of_its_own() -> None:
    data = asked(*["X"] * 50_000)
    tracemalloc.start()
    words = searchable(data)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(words) == 99_999
    assert most < 10 * len(words), "each would take 50 bytes"

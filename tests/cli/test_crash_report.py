"""A report of a crash says where, and nothing of what it was about."""

import json
from typing import Any

import pytest

from tuui_sampling.cli.crash_report import report

CONTENT = "what-the-prompt-said"


def raised(text: str) -> BaseException:
    """Return exceptions as they arise where foreign text is handled, all in one, each with a local variable."""
    found: list[Exception] = []
    causes: list[Any] = [
        lambda: int(text),
        lambda: dict[str, str]()[text],
        lambda: json.loads(text),
        lambda: text.encode("ascii"),
    ]
    for cause in causes:
        try:
            try:
                cause()
            except Exception as error:
                error.add_note(text)
                raise RuntimeError(text) from error
        except RuntimeError as error:
            found.append(error)
    group = ExceptionGroup(text, found)
    group.__context__ = group  # a circle does no harm
    return group


@pytest.mark.hostile(81)
def test_nothing_of_what_it_was_about_is_in_it() -> None:
    text = report(raised(f"{CONTENT}\u00e4"))
    assert CONTENT not in text
    kinds = ("ExceptionGroup", "RuntimeError", "ValueError", "KeyError", "JSONDecodeError", "UnicodeEncodeError")
    assert [kind for kind in kinds if kind not in text] == []
    assert "in raised" in text and "line " in text and "which led to" in text

"""What only rules are conditions of: sizes, ages, hours of the day."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from tuui_sampling.config.kinds.rules import SESSION, Age, Between, Size, Until
from tuui_sampling.config.problems import Report
from tuui_sampling.config.reader import Context, Section
from tuui_sampling.config.setting import Kind


def read(kind: Kind, value: object) -> tuple[Any, list[str]]:
    """Return what a value is read as, and the problems."""
    report = Report("")
    section = Section({"it": value}, ("rules", 0), Context(report, {}, Path()))
    return kind.read(section, "it"), [problem.message for problem in report.problems()]


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (Size(), "8 KB", 8_000),
        (Size(), "3MB", 3_000_000),
        (Size(), "0 B", 0),
        (Age(), "7 days", timedelta(days=7)),
        (Age(), "1 hour", timedelta(hours=1)),
        (Age(), "90minutes", timedelta(minutes=90)),
        (Between(), "01:00-05:00", (time(1), time(5))),
        (Between(), "22:30-06:00", (time(22, 30), time(6))),
        (Until(), date(2027, 1, 31), date(2027, 1, 31)),
        (Until(), SESSION, SESSION),
    ],
)
def test_what_is_right_is_read(kind: Kind, value: object, expected: object) -> None:
    assert read(kind, value) == (expected, [])


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        (Size(), "8 KiB", "a size such as"),
        (Size(), "-1 KB", "a size such as"),
        (Size(), 8, "a size such as"),
        (Age(), "7 weeks", "an age such as"),
        (Age(), "day", "an age such as"),
        (Between(), "24:00-05:00", "hours such as"),
        (Between(), "1:00-5:00", "hours such as"),
        (Between(), "05:00-05:00", "can match nothing"),
        (Until(), datetime(2027, 1, 31), "a date such as"),
        (Until(), "tomorrow", "a date such as"),
    ],
)
def test_what_is_wrong_is_told_with_an_example(kind: Kind, value: object, words: str) -> None:
    found, (problem,) = read(kind, value)
    assert found is None and words in problem

"""
Writes where something broke, without anything of what it was about.

A traceback as Python prints it ends with the exception's own words, which may quote a prompt, an answer or a key, and
so may the local variables that other tools print. What is left is code: files, lines, functions, and kinds of errors.
"""

import traceback
from collections.abc import Iterator

LEFT_OUT = "its words are left out: they may quote what it was about"


def report(error: BaseException) -> str:
    """Return the places at which an exception passed, with those that led to it; none of their words."""
    return "".join(_lines(error, set()))


def _lines(error: BaseException, told: set[int]) -> Iterator[str]:
    told.add(id(error))
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if earlier is not None and id(earlier) not in told:
        yield from _lines(earlier, told)
        yield "\nwhich led to\n\n"
    yield "Traceback (most recent call last):\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__module__}.{type(error).__qualname__} ({LEFT_OUT})\n"
    if isinstance(error, BaseExceptionGroup):
        for number, inner in enumerate(error.exceptions, 1):
            if id(inner) not in told:
                yield f"\n{number} of {len(error.exceptions)} in it:\n"
                yield from _lines(inner, told)

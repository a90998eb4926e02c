"""Matches a text against a pattern with `*` and `?`, in linear time whatever both are; case does not matter."""

import re
from collections.abc import Callable
from functools import lru_cache


def glob(pattern: str, text: str) -> bool:
    """Whether the whole text fits: `*` is any text, `?` one character."""
    return fitting(pattern.casefold())(text.casefold())


@lru_cache(256)
def fitting(pattern: str) -> Callable[[str], bool]:
    """Return what tells whether a whole text fits, case and all: many patterns are held against a long one."""
    wanted = re.sub(r"\*+", "*", pattern).split("*")
    if len(wanted) == 3 and not wanted[0] and not wanted[2] and "?" not in wanted[1]:  # as most are
        word = wanted[1]
        return lambda text: word in text
    first, *rest = [_part(part) for part in wanted]
    lengths = [len(part) for part in wanted]

    def fits(text: str) -> bool:
        if not rest:
            return len(text) == lengths[0] and first.match(text) is not None
        if first.match(text) is None:
            return False
        at = lengths[0]
        for part in rest[:-1]:  # the first place is as good as any: what follows has only more room
            match = part.search(text, at)
            if match is None:
                return False
            at = match.end()
        begin = len(text) - lengths[-1]
        return begin >= at and rest[-1].match(text, begin) is not None

    return fits


def _part(part: str) -> re.Pattern[str]:
    """Return what stands between two stars, as a pattern of a fixed length."""
    return re.compile("".join("." if c == "?" else re.escape(c) for c in part), re.DOTALL)

"""Matches a text against a pattern with `*` and `?`, in linear time whatever both are; case does not matter."""

import re
from functools import lru_cache


def glob(pattern: str, text: str) -> bool:
    """Whether the whole text fits: `*` is any text, `?` one character."""
    return fits(pattern, text.casefold())


def fits(pattern: str, text: str) -> bool:
    """Whether the whole text fits, which is folded already: many patterns may be held against a long one."""
    first, *rest = _parts(pattern.casefold())
    match = first.match(text)
    if match is None:
        return False
    if not rest:
        return match.end() == len(text)
    at = match.end()
    for part in rest[:-1]:  # the first place is as good as any: what follows has only more room
        match = part.search(text, at)
        if match is None:
            return False
        at = match.end()
    last = rest[-1]
    begin = len(text) - _length(last)
    return begin >= at and last.match(text, begin) is not None


@lru_cache(256)
def _parts(pattern: str) -> tuple[re.Pattern[str], ...]:
    """Return what stands between the stars, each a pattern of a fixed length."""
    parts = re.sub(r"\*+", "*", pattern).split("*")
    return tuple(re.compile("".join("." if c == "?" else re.escape(c) for c in part), re.DOTALL) for part in parts)


def _length(part: re.Pattern[str]) -> int:
    return len(re.sub(r"\\(.)", r"\1", part.pattern, flags=re.DOTALL))

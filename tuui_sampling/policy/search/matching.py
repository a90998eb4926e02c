"""Tries the rules of findings where their anchors stand in a text."""

import re
from collections.abc import Iterator
from functools import lru_cache

from ..finding import FindingKind
from ..findings import Rule
from .hits import Found

MAX_LEAD = 80
"""Characters before an anchor that may belong to a match."""


def anchored(rule: Rule, places: Iterator[int], text: str, found: Found) -> None:
    """Try a rule wherever one of its anchors is."""
    done = 0
    for at in places:
        if at < done:
            continue
        match = rule.compiled.match(text, _lead(rule, text, at, done) if rule.lead else at)
        if match is not None and (end := checked(rule, match, found)):
            done = end
        if found.is_full(rule.kind):
            return


def _lead(rule: Rule, text: str, at: int, floor: int) -> int:
    """Return where the characters before an anchor begin that may belong to the match."""
    lead, lowest = _lead_pattern(rule.lead), max(floor, at - MAX_LEAD)
    while at > lowest and lead.match(text[at - 1]):
        at -= 1
    return at + 1 if is_escaped(text, at + 1) else at


def is_led(rule: Rule, text: str, at: int) -> bool:
    """Whether enough stands before an anchor that may belong to the match."""
    enough = _lead_pattern(f"{rule.lead}{{{rule.least_lead}}}")
    return at >= rule.least_lead and enough.match(text, at - rule.least_lead) is not None


def is_escaped(text: str, at: int) -> bool:
    """Whether what stands before a place is an escaped line feed or tab, as in JSON within a text."""
    return at >= 2 and text[at - 2] == "\\" and text[at - 1] in "nrt"


@lru_cache(64)
def _lead_pattern(lead: str) -> re.Pattern[str]:
    return re.compile(lead)


def checked(rule: Rule, match: re.Match[str], found: Found) -> int:
    """Note a match whose structure is right, and return where it ends; 0 when it is not."""
    group = 1 if match.re.groups and match[1] is not None else 0
    if rule.check is not None and not rule.check(match[group]):
        return 0
    start, end = match.span(group)
    if rule.kind is FindingKind.SECRET and match[group][:1] in "'\"`":
        start, end = start + 1, end - 1
    found.add(rule, start, end)
    return match.end()

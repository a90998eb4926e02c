"""Shows what is in force as rows of the Policy's list, under headings."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from textual.content import Content

from ...frontend.policy import overview as words
from ...frontend.policy.overview import Overview, RuleRow
from ..widgets.plain import line

NO_RULES = "No rule: you decide about everything. {key} in the Inbox makes one."
NO_LIMITS = "No limit. [limits] in the configuration sets some."

MIN_NAME = 20
"""Cells that the name of a rule or a server may have, however long the rest is."""

HUES = {"✗": "$text-error", "⚑": "$text-warning"}
"""The hue of each mark with which something is said of a row."""

MAX_NAME = 300
"""Characters of a name that are looked at."""


@dataclass(frozen=True)
class Row:
    """
    One row of the list.

    Attributes:
        name: What it begins with; foreign text.
        rest: What is said of that, in a column of its own.
        is_heading: It stands above others.
        key: Where the cursor stays when the list is made anew; empty where the cursor does not go.
        details: Lines that say more about it.
        rule: Its rule, if it is one.
    """

    name: str
    rest: str = ""
    is_heading: bool = False
    key: str = ""
    details: Callable[[], Iterator[str]] | None = None
    rule: RuleRow | None = None


def rows_of(found: Overview, now: datetime, key_of: Callable[[str], str]) -> Iterator[Row]:
    """Yield the rows of what is in force; `key_of` returns the key of a command."""
    yield Row(f"Rules (where none matches: {found.preset})", is_heading=True)
    for effect in ("deny", "ask", "allow"):
        for row in found.rules:
            if row.rule.effect == effect:
                yield _of_rule(row, now)
    if not found.rules:
        yield Row(NO_RULES.format(key=key_of("make-rule")))
    yield Row("Limits", is_heading=True)
    for use in found.limits:
        details = partial(words.limit_details, use, now)
        yield Row(words.limit_words(use), key=f"limit {use.limit}", details=details)
    if not found.limits:
        yield Row(NO_LIMITS)
    yield Row("Servers (the last 30 days)", is_heading=True)
    for server in found.servers:
        details = partial(words.server_details, server)
        yield Row(server.name, words.server_words(server), key=f"server {server.name}", details=details)


def _of_rule(row: RuleRow, now: datetime) -> Row:
    rule = row.rule
    return Row(
        f"{rule.effect:<6}{'◌ ' if row.is_of_session else ''}{rule.name}",
        words.rule_words(row, now),
        key=f"rule {id(rule) if row.is_of_session else rule.name}",
        details=partial(words.rule_details, row, now),
        rule=row,
    )


def prompts(rows: Sequence[Row], width: int) -> list[Content]:
    """
    Return what the rows show: names in one column, as wide as they are and as there is room, the rest in another.

    Args:
        width: Cells that there are.
    """
    sections: list[list[Row]] = []
    for row in rows:
        if row.is_heading or not sections:
            sections.append([])
        sections[-1].append(row)
    return [prompt for section in sections for prompt in _section(section, width)]


def _section(rows: Sequence[Row], width: int) -> Iterator[Content]:
    names = [line(row.name, MAX_NAME) for row in rows]
    columns = [(name, line(row.rest)) for name, row in zip(names, rows, strict=True) if row.rest]
    longest = max((name.cell_length for name, _ in columns), default=0)
    room = width - 4 - max((rest.cell_length for _, rest in columns), default=0)
    column = min(longest, max(MIN_NAME, room))
    return (_prompt(row, name, column) for row, name in zip(rows, names, strict=True))


def _prompt(row: Row, name: Content, column: int) -> Content:
    if row.is_heading:
        return name.stylize("bold")
    if not row.rest:
        return Content("  ") + (name if row.key else name.stylize("dim"))
    cut = name.truncate(column, ellipsis=True)
    return Content("  ") + cut + Content(" " * (column - cut.cell_length + 2)) + _with_hue(line(row.rest))


def _with_hue(rest: Content) -> Content:
    """Give what a mark begins with the hue that the mark has everywhere."""
    hue = HUES.get(rest.plain[:1])
    return rest.stylize(f"bold {hue}", 0, len(rest.plain.partition(" · ")[0])) if hue is not None else rest

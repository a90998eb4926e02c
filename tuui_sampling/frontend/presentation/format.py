"""Numbers in words, short enough for a row."""

import json
from datetime import datetime
from decimal import Decimal

from ...sampling.origin import Origin
from ...sampling.request import Json
from ...sampling.response import Estimate, Usage

MIN_DOLLARS = Decimal("0.0001")
"""The least amount that is said exactly."""


def duration(seconds: float) -> str:
    """Return a length of time, such as `12 s`, `4 min` or `2 h 05`."""
    if seconds < 60:
        return f"{max(0, int(seconds))} s"
    minutes = int(seconds // 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02}" if hours < 48 else f"{hours // 24} days"


def stopwatch(seconds: float) -> str:
    """Return a length of time as `0:03`."""
    return f"{int(seconds // 60)}:{int(seconds % 60):02}"


def size(characters: int) -> str:
    """Return a text's length, such as `140 ch`, `2.1 K` or `1.0 M`: characters, in thousands and millions."""
    if characters < 1000:
        return f"{characters} ch"
    if characters < 1_000_000:
        return f"{characters / 1000:.1f} K"
    return f"{characters / 1_000_000:.1f} M"


def octets(count: int) -> str:
    """Return a number of bytes, such as `3.0 KB`."""
    if count < 1024:
        return f"{count} B"
    return f"{count / 1024:.1f} KB" if count < 1024 * 1024 else f"{count / 1024 / 1024:.1f} MB"


def clock_time(at: datetime) -> str:
    """Return a moment in local time; with its date when it was not today."""
    local = at.astimezone()
    return f"{local:%H:%M:%S}" if local.date() == datetime.now().date() else f"{local:%Y-%m-%d %H:%M}"


def dollars(amount: Decimal | None) -> str:
    """Return US dollars with the digits that matter, such as `$0.0006` or `$2.50`; None is an unknown price."""
    if amount is None:
        return "price unknown"
    if not amount:
        return "$0"
    if amount < MIN_DOLLARS:
        return f"<${MIN_DOLLARS}"
    places = max(2, 1 - amount.adjusted())
    whole, _, fraction = f"{amount:.{places}f}".partition(".")
    return f"${whole}.{fraction[:2]}{fraction[2:].rstrip('0')}"


def estimate_words(estimate: Estimate) -> str:
    """Return what a request may use, such as `≈ 640 in · likely $0.002 · at most $0.005`; of an agent `from $0.002`."""
    tokens = f"≈ {estimate.input_tokens:,} in"
    if estimate.worst is None:
        return f"{tokens} · {'from ' if estimate.likely else ''}{dollars(estimate.likely)}"
    if not estimate.worst:
        return f"{tokens} · free"
    likely = f" · likely {dollars(estimate.likely)}" if estimate.likely is not None else ""
    return f"{tokens}{likely} · at most {dollars(estimate.worst)}"


def usage_words(usage: Usage) -> str:
    """Return the tokens of a call, such as `1,200 tokens in, 80 out`; estimates are marked."""
    about = "≈ " if usage.estimated else ""
    return f"{about}{usage.input_tokens:,} tokens in, {usage.output_tokens:,} out"


TOOL_UNKNOWN = "tool unknown"
"""Stands in the place of a tool's name where the record has none."""

MAX_CANDIDATES = 2
"""Names of tools that are said where it is not known which of them asks; of more, the number is said."""


def tool_words(origin: Origin) -> str:
    """Return which tool asks, as far as it is known; foreign text."""
    if origin.tool:
        return origin.tool
    if origin.unsolicited:
        return "unsolicited"
    if not origin.tools:
        return TOOL_UNKNOWN
    return " or ".join(origin.tools) if len(origin.tools) <= MAX_CANDIDATES else f"one of {len(origin.tools)} tools"


def one_of_words(origin: Origin) -> str:
    """Return that it is not known which call asks, of how many; empty where there is no other."""
    return f"one of {len(origin.among)} calls" if len(origin.among) > 1 else ""


def counted(count: int, word: str) -> str:
    """Return a number of things, such as `1 tool` or `3 tools`."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def pretty_json(value: Json) -> str:
    """Return a value as indented JSON; foreign text in it still has to go through `visible()`."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=dict)


def reindented(raw: str) -> str:
    """Return a message with one member a line where that changes nothing but white space, else as it came."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return raw
    compact = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return pretty_json(value) if compact == raw.strip() else raw

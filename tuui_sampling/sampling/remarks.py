"""Says what in a request is unusual or not as the specification wants it, and yet keeps nobody from answering it."""

from collections.abc import Iterator

from .request import MAX_USUAL, SamplingRequest


def remarks_on(request: SamplingRequest) -> tuple[str, ...]:
    """Return the members that are out of their bounds, each with its value; foreign values, as numbers only."""
    remarks: list[str] = []
    preferences = request.preferences
    priorities = (
        ("costPriority", preferences.cost_priority if preferences else None),
        ("speedPriority", preferences.speed_priority if preferences else None),
        ("intelligencePriority", preferences.intelligence_priority if preferences else None),
    )
    for name, value in priorities:
        if value is not None and not 0 <= value <= 1:
            remarks.append(f"modelPreferences.{name} is {_number(value)}: expected 0 to 1")
    if request.temperature is not None and request.temperature < 0:
        remarks.append(f"temperature is {_number(request.temperature)}: expected 0 or more")
    if not request.messages:
        remarks.append("messages is []: expected at least one message")
    return (*remarks, *_sizes(request))


def _sizes(request: SamplingRequest) -> Iterator[str]:
    """Yield how many there are of what a request has unusually many of."""
    counts = {
        "messages": len(request.messages),
        "content blocks": request.block_count,
        "tools": len(request.tools or ()),
    }
    for what, count in counts.items():
        if count > MAX_USUAL and (what != "content blocks" or count > counts["messages"]):
            yield f"it has {count:,} {what}, and more than {MAX_USUAL:,} are unusual"


def _number(value: float) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:40] + "…"

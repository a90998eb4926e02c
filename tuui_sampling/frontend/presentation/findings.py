"""What was found in a request or a response, as rows and counts for any front end: where it is, what it is, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...policy.finding import Finding, Place


@dataclass(frozen=True)
class FindingRow:
    """
    One finding, as a list shows it.

    Attributes:
        field: The field to jump to; empty where it concerns the whole.
        start: Where it begins in the text at `inner`; with `end` equal, it concerns the whole field.
    """

    title: str
    reason: str
    source: str
    field: str
    inner: str
    start: int
    end: int


def finding_rows(findings: Iterable[Finding]) -> list[FindingRow]:
    """Return the findings, the heaviest first, and in the order of the request among equals."""
    ordered = sorted(findings, key=lambda finding: -finding.severity.rank)
    return [
        FindingRow(
            f"{one.severity} {one.kind}: {one.rule}",
            one.reason,
            one.source,
            one.place.field,
            one.place.inner,
            one.place.start,
            one.place.end,
        )
        for one in ordered
    ]


def in_order(findings: Iterable[Finding], fields: Sequence[str]) -> list[Finding]:
    """Return the findings that have a place, in the order in which a screen shows the fields."""
    positions = {name: position for position, name in enumerate(fields)}

    def key(place: Place) -> tuple[int, str, int]:
        return (positions[place.field], place.inner, place.start)

    return sorted((one for one in findings if one.place.field in positions), key=lambda one: key(one.place))


def count_words(findings: Iterable[Finding]) -> str:
    """Return how many there are of each kind, such as "2 secret, 1 url"; empty without any."""
    counted: dict[str, int] = {}
    for one in findings:
        counted[one.kind.value] = counted.get(one.kind.value, 0) + 1
    return ", ".join(f"{count} {kind}" for kind, count in counted.items())

"""Says how much was found, for any front end."""

from collections.abc import Iterable

from ...policy.finding import Finding


def count_words(findings: Iterable[Finding]) -> str:
    """Return how many there are of each kind, such as "2 secret, 1 url"; empty without any."""
    counted: dict[str, int] = {}
    for one in findings:
        counted[one.kind.value] = counted.get(one.kind.value, 0) + 1
    return ", ".join(f"{count} {kind}" for kind, count in counted.items())

"""Says why something is asked about although a rule that allows such things is there: which one, and what it missed."""

from collections.abc import Mapping, Sequence

from .facts import Facts


def near_miss(rules: Sequence[tuple[str, Mapping[str, str]]], facts: Facts) -> str:
    """
    Return which rule came nearest to matching, and what kept it from that; empty where there is none.

    Args:
        rules: The names of the rules that are about it, and of each the conditions that do not hold: key → in words.
            Of two that come as near, the later one is told: it is newer.
    """
    missed = [(name, failed) for name, failed in rules if failed]
    if not missed:
        return ""
    name, failed = min(reversed(missed), key=lambda one: len(one[1]))
    if "tool" in failed and facts.origin.tool is None:
        why = "no call of yours was under way" if facts.origin.unsolicited else "which tool asks is not known"
        return f'{why}, so the rule "{name}" did not match'
    if until := failed.get("expires"):
        return f'the rule "{name}" held {until}'
    return f'the rule "{name}" did not match; what does not hold: {"; ".join(failed.values())}'

"""
Says what may stand in for a model that a hint names and that is not configured: other vendors' models of a like class.

"Clients MAY map hints to equivalent models from different providers"
(https://modelcontextprotocol.io/specification/2025-11-25/client/sampling#model-preferences). The user reads this table
with `tuui-sampling models --aliases`, and changes it in `[hint_aliases]`.
"""

from collections.abc import Iterator, Mapping

SMALL = ("haiku", "-luna", "-mini", "-nano", "flash", "mistral-small")
LARGE = ("opus", "-sol", "-pro", "mistral-large")
MIDDLE = ("sonnet", "-terra", "gpt", "claude", "gemini", "mistral-medium", "deepseek", "grok")

HINT_ALIASES: Mapping[str, tuple[str, ...]] = {
    hint: tuple(other for other in group if other != hint) for group in (SMALL, LARGE, MIDDLE) for hint in group
}
"""A part of a hint → parts of names, ids or aliases of models, the best first. The narrower classes come first."""


def merged(configured: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return the whole table: the user's entries first, each in place of the built-in one of the same key."""
    own = {hint.casefold(): others for hint, others in configured.items()}
    return own | {hint: others for hint, others in HINT_ALIASES.items() if hint not in own}


def own_stand_ins(hint: str, configured: Mapping[str, tuple[str, ...]]) -> tuple[str, ...] | None:
    """Return what the person lets stand in for a hint, the best first; None where they say nothing about it."""
    folded = hint.casefold()
    found = [others for part, others in configured.items() if part.casefold() in folded]
    return tuple(other for others in found for other in others) if found else None


def stand_ins(hint: str, table: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Yield what may stand in for a hint, the best first."""
    folded = hint.casefold()
    for part, others in table.items():
        if part in folded:
            yield from others

"""
Tells which family of models a name belongs to, and how large it is within it: what a hint means beyond its letters.

A hint names a model of one vendor. Where that model is not configured, another of the same family is nearer to what
was meant than any other vendor's.
"""

from collections.abc import Iterable

FAMILIES = (
    ("claude", "haiku", "sonnet", "opus"),
    ("gpt", "chatgpt", "openai/o", "o1-", "o3-", "o4-", "-luna", "-terra", "-sol"),
    ("gemini", "flash"),
    ("mistral", "mixtral", "magistral", "ministral", "codestral", "devstral", "pixtral", "voxtral"),
    ("deepseek",),
    ("grok",),
    ("llama",),
    ("qwen", "qwq"),
    ("gemma",),
    ("phi-",),
    ("command-", "command_"),
)
"""Parts of names, by vendor."""

SMALL_WORDS = frozenset({"nano", "tiny", "luna", "mini", "lite", "small", "fast", "8b", "7b", "3b", "1b"})
LARGE_WORDS = frozenset({"sol", "pro", "large", "ultra", "max", "405b", "heavy"})
SMALL_PARTS, LARGE_PARTS = ("haiku", "flash"), ("opus",)
"""Words, and parts of words, in the names of small and of large models; what has none of them is in the middle."""

SMALL, MIDDLE, LARGE = 0, 1, 2


def family(name: str) -> int | None:
    """Return the family of a name; None for one of no known family."""
    folded = f"{name.casefold()}-"
    found = [(folded.find(part), number) for number, parts in enumerate(FAMILIES) for part in parts if part in folded]
    return min(found)[1] if found else None


def size(name: str) -> int:
    """Return whether a name is that of a small, a middling or a large model of its family."""
    words, folded = _words(name), name.casefold()
    if words & SMALL_WORDS or any(part in folded for part in SMALL_PARTS):
        return SMALL
    return LARGE if words & LARGE_WORDS or any(part in folded for part in LARGE_PARTS) else MIDDLE


def family_distance(hint: str, names: Iterable[str]) -> int | None:
    """Return how far a model is from a hint of its own family: 0 for the same size; None for another family."""
    wanted = family(hint)
    distances = [abs(size(name) - size(hint)) for name in names if wanted is not None and family(name) == wanted]
    return min(distances, default=None)


def _words(name: str) -> set[str]:
    return set("".join(letter if letter.isalnum() else " " for letter in name.casefold()).split())

"""What only the full screen can say about `[interface]`: which commands, keys and colours there are."""

from textual.theme import BUILTIN_THEMES

from ..config.problems import printable
from ..config.settings import InterfaceSettings
from .commands import key_problems


def interface_problems(settings: InterfaceSettings) -> dict[tuple[str, ...], str]:
    """Return what is wrong: path within `[interface]` → problem in words."""
    problems: dict[tuple[str, ...], str] = {
        ("keys", name): problem for name, problem in key_problems(settings.keys).items()
    }
    if settings.theme is not None and settings.theme not in BUILTIN_THEMES:
        there_are = f"there are {', '.join(BUILTIN_THEMES)}"
        problems["theme",] = f'no theme is named "{printable(settings.theme)}"; {there_are}'
    return problems

"""What only the full screen can say about `[interface]`: which commands, keys and colours there are."""

from textual.theme import BUILTIN_THEMES

from ..config.settings import InterfaceSettings
from .commands import key_problems


def interface_problems(settings: InterfaceSettings) -> dict[str, str]:
    """Return what is wrong: key path → problem in words."""
    problems = {f"interface.keys.{name}": problem for name, problem in key_problems(settings.keys).items()}
    if settings.theme is not None and settings.theme not in BUILTIN_THEMES:
        problems["interface.theme"] = f'no theme is named "{settings.theme}"; there are {", ".join(BUILTIN_THEMES)}'
    return problems

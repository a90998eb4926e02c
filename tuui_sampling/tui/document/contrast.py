"""Brings a hue of a theme as near to its plain text as it needs to be read on the theme's background."""

from textual.color import Color

MIN_CONTRAST = 4.5
"""Ratio of contrast that text has at least: https://www.w3.org/TR/WCAG22/#contrast-minimum."""

STEPS = 8
"""In how many steps a hue becomes the plain colour."""


def _luminance(colour: Color) -> float:
    parts = (one / 255 for one in colour.rgb)
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Color, other: Color) -> float:
    """Return the ratio of contrast of two colours, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def readable(hue: Color, plain: Color, background: Color) -> Color:
    """Return a hue that can be read; one of the terminal's own palette is as the person has set it."""
    if hue.ansi is not None or background.ansi is not None:
        return hue
    blends = (hue.blend(plain, step / STEPS) for step in range(STEPS))
    return next((one for one in blends if contrast(one, background) >= MIN_CONTRAST), plain)

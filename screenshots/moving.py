"""Makes one moving picture of several: what stays the same from one to the next is in it once."""

import re
from collections import defaultdict
from collections.abc import Sequence

_RULE = re.compile(r"\.terminal-(r\d+) { ([^}]*?) }")
_DRAWN = re.compile(r"<rect [^>]*fill=[^>]*/>|<text [^>]*>.*?</text>", re.DOTALL)
_SCREEN = re.compile(r"<g [^>]*clip-path[^>]*>")
_CLASS = re.compile(r'class="terminal-(r\d+)"')


def moving(frames: Sequence[tuple[str, float]]) -> str:
    """
    Return a picture that shows others one after the other, for ever.

    Where nothing is animated, or the reader wants no motion, the first is shown.

    Args:
        frames: Pictures of one size as Rich exports them, and for how many seconds each is shown.
    """
    before, _after = _SCREEN.split(frames[0][0], 1)
    (opened,) = _SCREEN.findall(frames[0][0])
    colours: dict[str, str] = {}
    shown: defaultdict[str, list[int]] = defaultdict(list)
    for number, (svg, _seconds) in enumerate(frames):
        rules = dict(_RULE.findall(svg))
        for one in _DRAWN.findall(_SCREEN.split(svg, 1)[1]):
            told = _CLASS.sub(lambda name: f'class="{_named(colours, rules[name[1]])}"', one)  # noqa: B023
            if not shown[told] or shown[told][-1] != number:
                shown[told].append(number)
    together: defaultdict[tuple[bool, tuple[int, ...]], list[str]] = defaultdict(list)
    for one, seen_in in shown.items():
        together[one.startswith("<text"), tuple(seen_in)].append(one)
    rules_of_frames, groups = [], []
    for index, ((_is_text, numbers), drawn_then) in enumerate(sorted(together.items())):  # backgrounds first
        if len(numbers) < len(frames):
            rules_of_frames.append(_rule(index, numbers, [seconds for _svg, seconds in frames]))
        hidden = "" if 0 in numbers else ' visibility="hidden"'
        groups.append(f'<g class="m{index}"{hidden}>\n{"".join(drawn_then)}\n</g>')
    fills = "\n".join(f".{name} {{ {rule} }}" for rule, name in colours.items())
    motion = "\n".join(rules_of_frames)
    style = f"{fills}\n@media (prefers-reduced-motion: no-preference) {{\n{motion}\n}}\n    </style>"
    head = _RULE.sub("", before).replace("</style>", style, 1)
    return f'{head}{opened}<g class="terminal-matrix">\n{"".join(groups)}\n</g></g>\n</svg>\n'


def _named(colours: dict[str, str], rule: str) -> str:
    return colours.setdefault(rule, f"c{len(colours)}")


def _rule(index: int, numbers: Sequence[int], seconds: Sequence[float]) -> str:
    """Return when a group is shown, as a rule of CSS."""
    whole, steps, at = sum(seconds), [], 0.0
    for number, one in enumerate(seconds):
        is_shown = number in numbers
        if number == 0 or is_shown != ((number - 1) in numbers):
            steps.append(f"{100 * at / whole:.2f}% {{ visibility: {'visible' if is_shown else 'hidden'} }}")
        at += one
    return (
        f"@keyframes k{index} {{ {' '.join(steps)} }}\n.m{index} {{ animation: k{index} {whole:g}s step-end infinite }}"
    )

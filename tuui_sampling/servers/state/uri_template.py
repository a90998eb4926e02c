"""
Expands URI templates (RFC 6570, https://www.rfc-editor.org/rfc/rfc6570) with text values, as resource templates do.

All operators are known: `{a}`, `{+a}`, `{#a}`, `{.a}`, `{/a}`, `{;a}`, `{?a,b}`, `{&a}`, and prefixes such as `{a:3}`.
Lists and maps are not: `*` changes nothing for text. What is not an expression stays as it is.

The library `uritemplate` (4.2) was tried in its place. It encodes `%25` in `{+a}` once more, raises on lone surrogates,
drops `{}` and what is not closed, takes 15 s for 40,000 opening braces, and does not say which variables are needed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

_EXPRESSION = re.compile(r"\{([+#./;?&]?)([^{}]*)\}")
_VARIABLE = re.compile(r"([A-Za-z0-9_.%-]+)(?:\*|:([0-9]{1,4}))?")
_ENCODED_TWICE = re.compile("%25(?=[0-9A-Fa-f]{2})")

_RESERVED = ":/?#[]@!$&'()*+,;="


@dataclass(frozen=True)
class _Operator:
    """How the values of an expression are written (RFC 6570, appendix A)."""

    first: str = ""
    separator: str = ","
    named: bool = False
    if_empty: str = ""
    allowed: str = ""


_OPERATORS = {
    "": _Operator(),
    "+": _Operator(allowed=_RESERVED),
    "#": _Operator(first="#", allowed=_RESERVED),
    ".": _Operator(first=".", separator="."),
    "/": _Operator(first="/", separator="/"),
    ";": _Operator(first=";", separator=";", named=True),
    "?": _Operator(first="?", separator="&", named=True, if_empty="="),
    "&": _Operator(first="&", separator="&", named=True, if_empty="="),
}


def variables(template: str) -> tuple[str, ...]:
    """Return the names of the variables, each once, in their order."""
    names = (name for match in _EXPRESSION.finditer(template) for name, _ in _variables(match[2]))
    return tuple(dict.fromkeys(names))


def required_variables(template: str) -> frozenset[str]:
    """Return the variables without which the URI would be another one: all that are not a query or a parameter."""
    plain = (match[2] for match in _EXPRESSION.finditer(template) if match[1] not in ("?", "&", ";"))
    return frozenset(name for inside in plain for name, _ in _variables(inside))


def expand(template: str, values: Mapping[str, str]) -> str:
    """Return the URI with these values; variables without one are left out, as the RFC says."""

    def expanded(match: re.Match[str]) -> str:
        operator, parts = _OPERATORS[match[1]], _variables(match[2])
        if not parts:
            return match[0]
        written = [_written(operator, name, values[name][: limit or None]) for name, limit in parts if name in values]
        return operator.first + operator.separator.join(written) if written else ""

    return _EXPRESSION.sub(expanded, template)


def may_come_from(template: str, uri: str) -> bool:
    """Whether a URI may be what a template becomes with some values: it has what is fixed in it, in that order."""
    start, *between = _EXPRESSION.split(template)[:: _EXPRESSION.groups + 1]
    if not between:
        return uri == start
    end = between.pop()
    at, stop = len(start), len(uri) - len(end)
    if at > stop or not uri.startswith(start) or not uri.endswith(end):
        return False
    for fixed in between:  # each as early as possible, which takes no longer than the URI is
        if (found := uri.find(fixed, at, stop)) < 0:
            return False
        at = found + len(fixed)
    return True


def _variables(inside: str) -> list[tuple[str, int]]:
    """Return the names with their prefix lengths, 0 for none; nothing when it is not an expression."""
    matches = [_VARIABLE.fullmatch(part) for part in inside.split(",")]
    return [(match[1], int(match[2] or 0)) for match in matches if match] if all(matches) else []


def _written(operator: _Operator, name: str, value: str) -> str:
    encoded = quote(value, safe=operator.allowed, errors="replace")
    if operator.allowed:  # there, what is encoded already stays as it is
        encoded = _ENCODED_TWICE.sub("%", encoded)
    if not operator.named:
        return encoded
    return f"{name}={encoded}" if encoded else name + operator.if_empty

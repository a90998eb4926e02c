"""Says what is wrong with values of the configuration, never quoting what may be a key or come from the environment."""

import re
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import urlsplit

from .problems import printable

PROTOCOL_HEADERS = frozenset({"accept", "connection", "content-length", "content-type", "host", "transfer-encoding"})
"""Set by HTTP itself; so is every name that begins with `mcp-`."""

REFERENCE = re.compile(r"(?:[A-Za-z_][A-Za-z0-9_]*\.)*[A-Za-z_][A-Za-z0-9_]*:[A-Za-z_][A-Za-z0-9_]*")
"""An object in a module of Python's, as package.module:object."""

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")
"""https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2"""
_HEADER_VALUE = re.compile(r"[!-~]([ \t!-~]*[!-~])?")
_VARIABLE_NAME = re.compile(r"[A-Z_][A-Z0-9_]{0,99}")


def url_problems(instead: str) -> Callable[[str], Iterable[str]]:
    """
    Return a check of URLs.

    Args:
        instead: The setting that user and password belong in.
    """

    def check(url: str) -> Iterable[str]:
        if problem := _url_problem(url, instead):
            yield problem

    return check


def _url_problem(url: str, instead: str) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is not a URL"
    if not url.isprintable() or " " in url:
        return "a URL has no blanks and no control characters"
    if parts.scheme not in ("http", "https") or not host:
        return "expected a URL such as http://127.0.0.1:8091/v1"
    if parts.fragment:
        return "a URL that is called has no part after #"
    if parts.username is not None or parts.password is not None:
        return f"a URL carries no user and password here: use {instead}"
    return ""


def header_problems(headers: Mapping[str, str]) -> Iterable[str]:
    """Yield what is wrong with headers, by their names: their values are secret."""
    seen: set[str] = set()
    for name, value in headers.items():
        folded = name.casefold()
        shown = f'"{printable(name[:60])}"'
        if not _HEADER_NAME.fullmatch(name):
            yield f"{shown} is not a name of a header"
        elif folded in PROTOCOL_HEADERS or folded.startswith("mcp-"):
            yield f"{shown} is set by the protocol"
        elif folded in seen:
            yield f"{shown} is there twice, in other capitals"
        elif not _HEADER_VALUE.fullmatch(value):
            yield f"the value of {shown} is empty, or not plain printable text"
        seen.add(folded)


def key_variable_problems(name: str) -> Iterable[str]:
    """Refuse what is not the name of a variable: it may be the key itself."""
    if not _VARIABLE_NAME.fullmatch(name):
        yield "expected the name of an environment variable, in capitals, such as OPENAI_API_KEY; never the key itself"


def reference_problems(name: str) -> Iterable[str]:
    """Refuse what names no object of a module."""
    if not REFERENCE.fullmatch(name):
        yield "expected an object in a module, as package.module:object"


def variable_problems(names: Iterable[str]) -> Iterable[str]:
    """Refuse what no system takes as the name of a variable."""
    if any(not name or "=" in name or "\0" in name for name in names):
        yield "the name of an environment variable must not be empty, and holds no ="


def empty_problems(what: str) -> Callable[[Iterable[str]], Iterable[str]]:
    """
    Return a check that no text is empty.

    Args:
        what: What the texts are, with its article.
    """

    def check(texts: Iterable[str]) -> Iterable[str]:
        if any(not text.strip() for text in texts):
            yield f"{what} must not be empty"

    return check


def key_map_problems(keys: Mapping[str, str]) -> Iterable[str]:
    """Refuse empty names of commands and keys."""
    if any(not command.strip() or not key.strip() for command, key in keys.items()):
        yield "a command and its key must not be empty"

"""What the configuration of a server that is called over HTTP may hold, and what belongs to the other kind."""

import re
from collections.abc import Mapping

from .problems import printable
from .reader import Section

STARTED_KEYS = ("command", "args", "cwd", "env", "inherit_env")
"""What only a server that is started here has."""

CALLED_KEYS = ("headers", "transport")
"""What only a server that is called has."""

PROTOCOL_HEADERS = frozenset({"accept", "connection", "content-length", "content-type", "host", "transfer-encoding"})
"""Set by HTTP itself; so is every name that begins with `mcp-`."""

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")
"""https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2"""
_VALUE = re.compile(r"[!-~]([ \t!-~]*[!-~])?")


def refuse_other_kind(section: Section, *, is_called: bool) -> None:
    """Report the keys of a server that belong to the other kind of server."""
    if is_called:
        section.refuse(STARTED_KEYS, "belongs to a server that is started here; one with a url is called")
    else:
        section.refuse(CALLED_KEYS, "belongs to a server with a url")


def check_headers(section: Section, headers: Mapping[str, str], *, key: str = "headers") -> None:
    """Report what is wrong with headers, by their names: their values are secret."""
    seen: set[str] = set()
    for name, value in headers.items():
        folded = name.casefold()
        shown = f'"{printable(name[:60])}"'
        if not _NAME.fullmatch(name):
            section.problem(key, f"{shown} is no name of a header")
        elif folded in PROTOCOL_HEADERS or folded.startswith("mcp-"):
            section.problem(key, f"{shown} is set by the protocol")
        elif folded in seen:
            section.problem(key, f"{shown} is there twice, but for upper and lower case")
        elif not _VALUE.fullmatch(value):
            section.problem(key, f"the value of {shown} is empty, or not plain printable text")
        seen.add(folded)

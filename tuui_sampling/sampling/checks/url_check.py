"""
The address of a page that a server wants visited: where it really leads, and what in it may deceive.

https://modelcontextprotocol.io/specification/2025-11-25/client/elicitation#safe-url-handling: the full address is
shown before anybody agrees, its host is picked out, and what looks like another name is warned of.
"""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from ..visible import reveal

USUAL_PORTS = {"http": 80, "https": 443}
_NUMBER = re.compile(r"0x[0-9a-f]*|\d+")
"""What a browser takes for (the end of) an IPv4 address, however it is written."""

LONG = 500
"""Characters above which an address is more than anybody reads."""


@dataclass(frozen=True)
class Page:
    """
    An address, looked at.

    Attributes:
        url: As it came; foreign text.
        host: The computer that would be called, in lower case; empty where none can be told.
        start: Where the host begins in `url`; None where it is not found there as such.
        warnings: What in it may deceive, in words that may hold parts of it.
        obstacle: Why it can't be opened from here; empty when it can.
    """

    url: str
    host: str
    start: int | None
    warnings: tuple[str, ...]
    obstacle: str = ""


def look_at(url: str) -> Page:
    """Look at an address, whatever it is."""
    warnings = [reveal(url, multiline=False).summary] if reveal(url, multiline=False).findings else []
    if len(url) > LONG:
        warnings.append(f"it is {len(url):,} characters long")
    if not url.isprintable() or " " in url or "\\" in url:
        # A browser drops some of them and takes \ for /, so it would go to a place that we did not look at.
        return Page(url, "", None, tuple(warnings), "it holds characters that a browser reads in a way of its own")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return Page(url, "", None, tuple(warnings), "it is not an address that can be read")
    if parts.scheme not in USUAL_PORTS:
        return Page(url, host, None, tuple(warnings), f"only http and https are opened here, not {parts.scheme[:40]!r}")
    if not host:
        return Page(url, "", None, tuple(warnings), "it names no host")
    return Page(url, host, _start(url, parts), (*warnings, *_of_authority(parts, host, port), *_of_host(host)))


def _of_authority(parts: SplitResult, host: str, port: int | None) -> list[str]:
    warnings = []
    if parts.scheme == "http" and not is_here(host):
        warnings.append("it is not encrypted (http)")
    if "@" in parts.netloc:
        warnings.append("what stands before the @ is a user's name, not the host")
    if port is not None and port != USUAL_PORTS[parts.scheme]:
        warnings.append(f"an unusual port, {port}")
    return warnings


def _of_host(host: str) -> list[str]:
    warnings = []
    if is_here(host):
        warnings.append("it is this computer")
    elif _address(host) is not None or _NUMBER.fullmatch(host.rpartition(".")[2]):
        warnings.append("its host is a bare number, not a name")
    if not host.isascii():
        warnings.append(f"its host has letters that may look like others: it is really {_encoded(host)}")
    elif any(label.startswith("xn--") for label in host.split(".")):
        warnings.append(f"its host stands for other letters, which may look like another name: {_decoded(host)}")
    return warnings


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def is_here(host: str) -> bool:
    """Whether a host is this computer."""
    address = _address(host)
    return host == "localhost" or host.endswith(".localhost") or (address is not None and address.is_loopback)


def _encoded(host: str) -> str:
    """Return a host as it is asked for in the network; with escapes where it can't be."""
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host.encode("ascii", "backslashreplace").decode("ascii")


def _decoded(host: str) -> str:
    """Return a host with the letters that it stands for; as it is where it stands for none."""
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host


def _start(url: str, parts: SplitResult) -> int | None:
    """Return where the host begins: behind the scheme, the slashes and what may stand before an @."""
    netloc = url.find(parts.netloc, len(parts.scheme) + 1)
    inside = parts.netloc.rfind("@") + 1
    bracket = parts.netloc[inside : inside + 1] == "["
    return netloc + inside + bracket if netloc >= 0 else None

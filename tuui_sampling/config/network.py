"""
Reads from the environment how other hosts are reached: through which proxy, and with which certificates trusted.

The variables are those of curl and of Python (`HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`, in capitals or not,
`SSL_CERT_FILE`, `SSL_CERT_DIR`, each may name folders). The HTTP library would read them, too, but says nothing
of it, and fails on a variable that does not concern the host. So they are read here, once, and it is told what to do.
"""

import os
import re
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from ipaddress import ip_address, ip_network
from itertools import islice
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

PROXY_SCHEMES = ("http", "https", "socks5", "socks5h")
SOCKS_PACKAGE = "socksio"
"""What the HTTP library speaks SOCKS with; the extra `socks` of this program brings it."""

USUAL_PORTS = {"http": 80, "https": 443}

ALL_HOSTS = "*"

UNREAD = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Variables of other programs that people set where `SSL_CERT_FILE` is meant."""

HASHED = re.compile(r"[0-9a-f]{8}\.\d+")
"""The names by which OpenSSL finds certificates in a folder."""

MAX_ENTRIES = 10_000
"""Names in a folder of certificates that are looked at."""


@dataclass(frozen=True)
class Route:
    """
    How a host is reached.

    Attributes:
        proxy: The proxy's URL, which may hold a password; None where the host is called directly.
        variable: Which variable names the proxy.
        certificates: The file or folder of certificates that are trusted in place of the system's.
        certificates_variable: Which variable names it.
        problem: Why the host can't be reached so, in words that name the variable; empty when it can.
    """

    proxy: str | None = field(default=None, repr=False)
    variable: str = ""
    certificates: str | None = None
    certificates_variable: str = ""
    problem: str = ""

    @property
    def proxy_host(self) -> str:
        """The proxy's host and port, without user or password; empty without a proxy."""
        parts = split_url(self.proxy or "")
        return _host(parts) if parts is not None else ""

    @property
    def words(self) -> str:
        """What is to be known of the route where a person approves; empty for a host that is called directly."""
        if not self.proxy:
            return ""
        words = f"via proxy {self.proxy_host} ({self.variable})"
        # With certificates of its own, a proxy can read what goes through it.
        return f"{words}, certificates of {self.certificates_variable}" if self.certificates else words

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no message may hold: the proxy's password, or the user where that stands alone, as a token does."""
        parts = split_url(self.proxy or "")
        secret = (parts.password or parts.username) if parts is not None else None
        return tuple(dict.fromkeys((secret, unquote(secret)))) if secret else ()

    def trusted(self) -> ssl.SSLContext | None:
        """
        Return what a connection is verified with; None for the system's own certificates.

        Raises:
            OSError: The certificates can't be read (`ssl.SSLError` is one).
        """
        if self.certificates is None:
            return None
        folders = _folders(self.certificates)
        if not folders:
            return ssl.create_default_context(cafile=self.certificates)
        context = ssl.create_default_context(capath=folders[0])
        for folder in folders[1:]:
            context.load_verify_locations(capath=folder)
        return context


class Network:
    """The routes that the environment names."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Read the environment."""
        self._proxies = {scheme: _variable(environ, f"{scheme}_proxy") for scheme in ("http", "https", "all")}
        if "REQUEST_METHOD" in environ and self._proxies["http"][0] == "HTTP_PROXY":
            self._proxies["http"] = ("", "")  # a CGI script's: the client wrote it (https://httpoxy.org)
        self._direct = [entry.strip() for entry in _variable(environ, "no_proxy")[1].split(",") if entry.strip()]
        named = ((name, environ.get(name, "").strip()) for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"))
        self._certificates = next(((name, value) for name, value in named if value), ("", ""))
        self._unread = next((name for name in UNREAD if environ.get(name, "").strip()), "")

    def route(self, url: str) -> Route:
        """Return how the host of a URL is reached; quick."""
        parts = split_url(url)
        if parts is None or not parts.hostname:
            return Route()
        variable, proxy = self._proxy_for(parts)
        name, path = self._certificates if parts.scheme == "https" else ("", "")
        problem = _proxy_problem(variable, proxy) if proxy else ""
        if path and not problem and not _folders(path) and not Path(path).exists():
            problem = f"{name} names {path}, which is not there"
        return Route(proxy or None, variable, path or None, name, problem)

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong with the variables, whether or not anything uses them: each with its variable."""
        for variable, value in self._proxies.values():
            if value and (problem := _proxy_problem(variable, _with_scheme(value))):
                yield variable, problem
        name, path = self._certificates
        if path:
            try:
                Route(certificates=path).trusted()
            except OSError as error:
                yield name, f"{name} names {path}, which can't be read as certificates ({type(error).__name__})"
            else:
                if (folders := _folders(path)) and not any(_has_certificates(folder) for folder in folders):
                    yield name, f"{name} names {path}, where no certificate is found (see openssl rehash)"

    @property
    def settings(self) -> Iterator[tuple[str, str]]:
        """Yield the variables that are set, with what they name, without any password."""
        for variable, value in self._proxies.values():
            if value:
                parts = split_url(_with_scheme(value))
                yield variable, f"proxy {_host(parts)}" if parts is not None else "not a URL"
        if self._direct:
            yield "NO_PROXY", f"no proxy for {', '.join(self._direct)}"
        if self._certificates[1]:
            yield self._certificates[0], f"certificates of {self._certificates[1]}"
        elif self._unread:
            yield self._unread, "is not read: name the same file in SSL_CERT_FILE"

    def _proxy_for(self, parts: SplitResult) -> tuple[str, str]:
        if any(_is_meant(entry, parts) for entry in self._direct):
            return "", ""
        for scheme in (parts.scheme, "all"):
            variable, value = self._proxies.get(scheme, ("", ""))
            if value:
                return variable, _with_scheme(value)
        return "", ""


def _variable(environ: Mapping[str, str], name: str) -> tuple[str, str]:
    """Return the name and the value of a variable; in small letters it goes first, also when it is empty."""
    for spelling in (name, name.upper()):
        if spelling in environ:
            return spelling, environ[spelling].strip()
    return "", ""


def _with_scheme(proxy: str) -> str:
    return proxy if "://" in proxy else f"http://{proxy}"


def _proxy_problem(variable: str, proxy: str) -> str:
    """Say why a proxy can't be used, without quoting its user or password."""
    parts = split_url(proxy)
    if parts is None or not _is_name(parts.hostname or ""):
        return f"{variable} is not the address of a proxy, such as http://127.0.0.1:3128"
    if parts.scheme not in PROXY_SCHEMES:
        instead = "socks5://" if parts.scheme.startswith("socks") else "http://"
        return f"{variable} begins with {parts.scheme}://, which is not spoken here: write {instead}"
    if parts.scheme.startswith("socks") and find_spec(SOCKS_PACKAGE) is None:
        return f"{variable} names a SOCKS proxy, which needs an extra: pip install 'tuui-sampling[socks]'"
    return ""


def _is_meant(entry: str, parts: SplitResult) -> bool:
    """Whether an entry of NO_PROXY means a host: its name or a domain above it, its address, or a network of it."""
    host = (parts.hostname or "").casefold().removesuffix(".")
    entry = entry.casefold()
    if entry == ALL_HOSTS:
        return True
    if "://" in entry:
        scheme, _, entry = entry.partition("://")
        if scheme not in ("all", parts.scheme):
            return False
    try:
        return ip_address(host) in ip_network(entry, strict=False)
    except ValueError:
        pass
    named = split_url(f"//{entry}")
    if named is None:
        return False
    port = parts.port or USUAL_PORTS.get(parts.scheme)
    name = (named.hostname or "").removeprefix("*").strip(".")
    return bool(name) and named.port in (None, port) and (host == name or host.endswith(f".{name}"))


def _is_name(host: str) -> bool:
    """Whether a text may be the name or the address of a host: nothing in it is hidden, or a space."""
    return bool(host) and host.isprintable() and not any(letter.isspace() for letter in host)


def _folders(certificates: str) -> list[str]:
    """Return the folders that a setting names, as OpenSSL reads it; none where it is a file, or is not there."""
    return [one for one in certificates.split(os.pathsep) if one and Path(one).is_dir()]


def _has_certificates(folder: str) -> bool:
    """Whether OpenSSL would find a certificate in a folder: it looks for them by their hashes."""
    return any(HASHED.fullmatch(entry.name) for entry in islice(Path(folder).iterdir(), MAX_ENTRIES))


def _host(parts: SplitResult) -> str:
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    return f"{host}:{parts.port}" if parts.port else host


def split_url(url: str) -> SplitResult | None:
    """Return the parts of a URL, or None when it is none (`port` is checked as well, which is lazy)."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


DIRECT = Network({})
"""Every host is called directly."""

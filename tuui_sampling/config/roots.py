"""
Roots: the folders and files that a server may be told of, as they are written by a person.

On the wire they are absolute `file://` URIs
(https://modelcontextprotocol.io/specification/2025-11-25/client/roots#data-types), and may be written so, too.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, urlsplit


def read_root(text: str, base: Path) -> Path:
    """
    Return a root as an absolute path, without `.` and `..`; links are left as they are.

    Args:
        text: A path, `~` included, or a `file://` URI.
        base: What a relative path is relative to.

    Raises:
        ValueError: It is none; the text says why, and does not quote it.
    """
    text = text.strip()
    if not text:
        raise ValueError("a root must not be empty")
    if not text.isprintable():
        raise ValueError("a root has no control characters")
    if "://" in text:
        text = _path_of(text)
    try:
        path = Path(text).expanduser()
    except RuntimeError:
        raise ValueError("there is no such user, so ~ can't be resolved") from None
    return Path(os.path.abspath(base / path))


def _path_of(uri: str) -> str:
    parts = urlsplit(uri)
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        raise ValueError("a root is a folder of this computer: a path, or a URI such as file:///home/me/src")
    path = unquote(parts.path)
    if "\N{REPLACEMENT CHARACTER}" in path or not path.startswith("/") or not path.isprintable():
        raise ValueError("expected a URI such as file:///home/me/src")
    return path


def read_roots(texts: Iterable[str], base: Path) -> tuple[Path, ...]:
    """
    Return several roots, each once.

    Raises:
        ValueError: One of them is none; the text says which, counted from 1, and why.
    """
    roots: dict[Path, None] = {}
    for number, text in enumerate(texts, start=1):
        try:
            root = read_root(text, base)
        except ValueError as error:
            raise ValueError(f"number {number}: {error}") from None
        roots.setdefault(root)
    return tuple(roots)

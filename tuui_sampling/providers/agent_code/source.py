"""
Says which files an agent's code is in, and what is in them: an approval covers that, too.

What can be known without running it: the module, or the package whole, and whatever of the same folder they import by
a statement. What is installed elsewhere, or imported in other ways, is not looked at.
"""

import ast
import hashlib
import importlib.util
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

MAX_FILES = 200
"""Files of one agent that are looked at; a package that has more is a library."""

DIGITS = 12
"""Hexadecimal digits of a digest that are shown."""

Stamp = tuple[tuple[str, int, int], ...]
"""The files and folders of an agent's code, each with when it was changed, and its size."""

_known: dict[str, tuple[Stamp, Mapping[Path, str]]] = {}


def contents(reference: str) -> Mapping[Path, str]:
    """Return the digest of each file of an agent's code, as it is on the disk now; none where none is found."""
    known = _known.get(reference)
    if known is not None and known[1] and _stamp(known[1]) == known[0]:
        return known[1]
    read = dict(_read(reference))
    _known[reference] = _stamp(read), read
    return read


def digest(reference: str) -> str:
    """Return the digest of all of it; empty where nothing of it is found."""
    read = contents(reference)
    lines = (f"{path}\0{one}\n".encode("utf-8", "surrogateescape") for path, one in read.items())
    return hashlib.sha256(b"".join(lines)).hexdigest() if read else ""


def words(reference: str) -> str:
    """Return what is known of it, in words, such as `2 files, sha256 0123456789ab`; empty where nothing is found."""
    count = len(contents(reference))
    return f"{count} file{'s'[: count != 1]}, sha256 {digest(reference)[:DIGITS]}" if count else ""


def _stamp(paths: Iterable[Path]) -> Stamp:
    places = dict.fromkeys(place for path in paths for place in (path, path.parent))
    return tuple(_changed(path) for path in places)


def _changed(path: Path) -> tuple[str, int, int]:
    try:
        stat = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), stat.st_mtime_ns, stat.st_size


def _read(reference: str) -> Iterator[tuple[Path, str]]:
    """Yield the files with their digests, in the order in which they are found."""
    module = reference.partition(":")[0].partition(".")[0]
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        return
    if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
        return
    first = Path(spec.origin)
    folder = first.parent.parent if spec.submodule_search_locations else first.parent
    is_own = not folder.name.endswith("-packages") and folder != Path(ast.__file__).parent
    waiting, seen = list(_of_module(folder, module)), set[Path]()
    while waiting and len(seen) < MAX_FILES:
        path = waiting.pop(0)
        if path not in seen:
            seen.add(path)
            text = _bytes(path)
            yield path, hashlib.sha256(text).hexdigest()
            for name in _imported(text) if is_own else ():
                waiting += _of_module(folder, name)


def _of_module(folder: Path, name: str) -> Iterator[Path]:
    """Yield the files of a module or package of a folder."""
    if (alone := folder / f"{name}.py").is_file():
        yield alone
    elif (folder / name / "__init__.py").is_file():
        yield from sorted((folder / name).rglob("*.py"))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _imported(text: bytes) -> Iterator[str]:
    """Yield the modules and packages that a file imports by a statement; of what is not Python, none."""
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (one.name.partition(".")[0] for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]

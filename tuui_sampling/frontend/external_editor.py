"""
Has texts edited in the person's own editor, whichever face the program has; the face runs the command.

One text is the whole file. Several are told apart by lines with a mark that nobody who wrote the texts could know.
Hidden characters are shown as tokens, and come back as what they were; a text that was not touched stays as it is.
"""

import codecs
import secrets
import shlex
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ..config.files.regular import read_regular
from ..sampling.request import SamplingRequest, TextBlock
from ..sampling.visible import escape_for_editing, unescape_edited

FALLBACK = "vi"

BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
"""What editors put at the begin of a file, and how the rest is to be read; the text itself has its own as a token."""

GOTO = ("code", "code-insiders", "codium", "cursor", "windsurf")
"""Editors that take a line after `--goto`."""

COLON = ("hx", "helix", "zed", "subl", "lapce")
"""Editors that take it after the file's name; all others, vi, nano, emacs, kak and micro among them, as `+LINE`."""

MAX_BYTES = 64 << 20
"""Bytes of a file that is still read."""

MAX_KEPT = 20
"""Files that could not be used and are kept, as long as the program runs."""

KEPT = "; what you typed is kept, and is there again the next time"

Run = Callable[[list[str]], Awaitable[int]]
"""Runs a command on the terminal and returns its exit code; may raise an OSError."""

_kept: dict[tuple[str, ...], tuple[str, bytes]] = {}
"""Texts as they were to be edited → the mark of their headings, and the file that could not be used."""


class EditingFailed(Exception):
    """The editor could not be run, or what it left can't be used; the text says why."""


async def edit_request(request: SamplingRequest, environ: Mapping[str, str], run: Run) -> SamplingRequest:
    """
    Have the person edit the system prompt, if there is one, and the text of every message.

    Raises:
        EditingFailed: Nothing was changed.
    """
    system = [("system prompt", request.system_prompt)] if request.system_prompt is not None else []
    texts = [
        (f"message {number}, {message.role}", block.text)
        for number, message in enumerate(request.messages, start=1)
        for block in message.blocks
        if isinstance(block, TextBlock)
    ]
    edited = iter(await edit([*system, *texts], environ, run))
    system_prompt = next(edited) if system else None
    messages = tuple(
        replace(
            message,
            blocks=tuple(
                replace(block, text=next(edited)) if isinstance(block, TextBlock) else block for block in message.blocks
            ),
        )
        for message in request.messages
    )
    return replace(request, system_prompt=system_prompt, messages=messages)


async def edit(
    texts: Sequence[tuple[str, str]], environ: Mapping[str, str], run: Run, line: int | None = None
) -> list[str]:
    """
    Have the person edit texts, each with a title, and return them in the same order.

    What was typed into a file that could not be used is kept, and is there again at the next attempt at the same texts.

    Args:
        line: Where the cursor is to stand, in the file of a single text.

    Raises:
        EditingFailed: Nothing was changed.
    """
    if not texts:
        raise EditingFailed("there is no text to edit")
    argv = editor_command(environ)
    key = tuple(text for _, text in texts)
    mark, kept = _kept.pop(key, (secrets.token_hex(4), None))
    written = [escape_for_editing(text) for text in key]
    headings = [f"--- {mark}: {title}; leave this line as it is ---" for title, _ in texts]
    if len(texts) == 1:
        content = written[0]
    else:
        content = "".join(f"{heading}\n{text}\n" for heading, text in zip(headings, written, strict=True))
    encoded = content.encode("utf-8", "surrogatepass")
    offered = encoded if kept is None else kept
    left: bytes | None = None
    try:
        with tempfile.TemporaryDirectory(prefix="tuui-sampling-", ignore_cleanup_errors=True) as folder:  # mode 0700
            path = Path(folder) / "edit.txt"
            path.write_bytes(offered)
            try:
                await _run(argv, path, run, line)
            finally:
                left = _left(path)
        parts = _read(left, headings, has_returns=b"\r" in encoded)
        if len(parts) == 1 and (written[0].endswith("\n") or not parts[0].endswith("\n")):
            parts[0] += "\n"  # as in a file of several texts: else the last newline is the editor's own
    except (EditingFailed, OSError) as problem:
        typed = offered if left is None else left
        again = typed not in (b"", encoded, kept)  # what was offered again and is of no use is let go
        if again:
            _keep(key, mark, typed)
        why = str(problem) if isinstance(problem, EditingFailed) else f"the file can't be used: {problem.strerror}"
        raise EditingFailed(f"{why}{KEPT if again else ''}") from None
    return [
        text if part.removesuffix("\n") == shown else unescape_edited(part.removesuffix("\n"))
        for part, shown, text in zip(parts, written, key, strict=True)
    ]


def at_line(argv: Sequence[str], path: Path, line: int | None) -> list[str]:
    """Return the last arguments of an editor's command: the file, and the line in the way that this editor takes."""
    name = Path(argv[0]).name.removesuffix(".exe")
    if line is None:
        return [str(path)]
    if name in GOTO:
        return ["--goto", f"{path}:{line}"]
    return [f"{path}:{line}"] if name in COLON else [f"+{line}", str(path)]


def editor_command(environ: Mapping[str, str]) -> list[str]:
    """
    Return the person's editor as a command and its first arguments; a blank variable counts as unset.

    Raises:
        EditingFailed: The variable holds no command.
    """
    for variable in ("VISUAL", "EDITOR"):
        if command := environ.get(variable, "").strip():
            try:
                argv = shlex.split(command)
            except ValueError:
                raise EditingFailed(f"${variable} is not a command: a quotation mark is missing") from None
            if not argv or not argv[0] or "\0" in command:
                raise EditingFailed(f"${variable} is not a command")
            return argv
    return [FALLBACK]


@contextmanager
def runs(editor: str) -> Iterator[None]:
    """Turn why an editor can't be run into an `EditingFailed`."""
    try:
        yield
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
        raise EditingFailed(f"the editor {editor} can't be run: {why}; set $EDITOR") from None


def check_code(code: int) -> None:
    """
    Look at the exit code of an editor.

    Raises:
        EditingFailed: It says that what was left is not meant.
    """
    if code != 0:
        raise EditingFailed(f"the editor ended with code {code}, so nothing was changed")


async def _run(argv: Sequence[str], path: Path, run: Run, line: int | None) -> None:
    with runs(argv[0]):
        code = await run([*argv, *at_line(argv, path, line)])
    check_code(code)


def _left(path: Path) -> bytes | None:
    """Return what the editor has left; None where it is not a file any more."""
    try:
        return read_regular(path, MAX_BYTES)[0]
    except OSError:
        return None


def _read(left: bytes | None, headings: Sequence[str], *, has_returns: bool) -> list[str]:
    """
    Return the texts in a file, whatever byte order mark and ends of lines the editor has added.

    Args:
        has_returns: There were carriage returns in it before: they are the text's, and stay.
    """
    if left is None:
        raise EditingFailed("the editor has left no file that can be read, so nothing was changed")
    try:
        text = _decoded(left) if has_returns else _with_newlines(_decoded(left))
    except UnicodeDecodeError:
        raise EditingFailed("the editor has saved the file in another encoding than UTF-8") from None
    if "\0" in text:
        raise EditingFailed("the editor has left what is not a text, so nothing was changed")
    return [text] if len(headings) == 1 else _parts(text, headings)


def _decoded(left: bytes) -> str:
    for mark, encoding in BYTE_ORDER_MARKS:
        if left.startswith(mark):
            return left[len(mark) :].decode(encoding)
    return left.decode("utf-8", "surrogatepass")


def _with_newlines(text: str) -> str:
    """Return a text with the ends of lines that it was offered with, whatever the editor's are."""
    text = text.replace("\r\n", "\n")
    return text if "\n" in text else text.replace("\r", "\n")


def _keep(key: tuple[str, ...], mark: str, typed: bytes) -> None:
    """Remember what was typed; of many failures the oldest is forgotten."""
    _kept[key] = (mark, typed)
    while len(_kept) > MAX_KEPT:
        del _kept[next(iter(_kept))]


def _parts(left: str, headings: Sequence[str]) -> list[str]:
    """Return what stands below each heading."""
    parts: list[str] = []
    rest = f"\n{left}"
    for heading in headings:
        before, found, rest = rest.partition(f"\n{heading}\n")
        if not found:
            raise EditingFailed("a heading is gone or in another place, so nothing was changed")
        parts.append(before + "\n")
        rest = f"\n{rest}"
    if parts[0].strip():
        raise EditingFailed("there is text above the first heading, so nothing was changed")
    # Each turn of the loop found what stands above its heading; a leading newline is what it put there itself.
    return [part.removeprefix("\n") for part in (*parts[1:], rest)]

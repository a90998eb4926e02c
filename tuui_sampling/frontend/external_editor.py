"""
Editing texts in the person's own editor.

One text is the whole file. Several are told apart by lines with a mark that nobody who wrote the texts could know.
Hidden characters are shown as tokens, and come back as what they were; a text that was not touched stays as it is.
"""

import asyncio
import secrets
import shlex
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ..cli.signals import Ending
from ..sampling.request import SamplingRequest, TextBlock
from ..sampling.visible import escape_for_editing, unescape_edited

FALLBACK = "vi"
STOP_SECONDS = 1.0
"""So long an editor may take to go when the program ends."""


class EditingFailed(Exception):
    """The editor could not be run, or what it left can't be used; the text says why."""


async def edit_request(request: SamplingRequest, environ: Mapping[str, str], ending: Ending) -> SamplingRequest:
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
    edited = iter(await edit([*system, *texts], environ, ending))
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


async def edit(texts: Sequence[tuple[str, str]], environ: Mapping[str, str], ending: Ending) -> list[str]:
    """
    Have the person edit texts, each with a title, and return them in the same order.

    Raises:
        EditingFailed: Nothing was changed.
    """
    if not texts:
        raise EditingFailed("there is no text to edit")
    mark = secrets.token_hex(4)
    written = [escape_for_editing(text) for _, text in texts]
    headings = [f"--- {mark}: {title}; leave this line as it is ---" for title, _ in texts]
    if len(texts) == 1:
        content = written[0] + "\n"
    else:
        content = "".join(f"{heading}\n{text}\n" for heading, text in zip(headings, written, strict=True))
    with tempfile.TemporaryDirectory(prefix="tuui-sampling-") as folder:  # mode 0700
        path = Path(folder) / "edit.txt"
        path.write_bytes(content.encode("utf-8", "surrogatepass"))
        await _run_editor(path, environ, ending)
        left = path.read_bytes().decode("utf-8", "surrogateescape")
    parts = [left] if len(texts) == 1 else _parts(left, headings)
    return [
        text if part.removesuffix("\n") == shown else unescape_edited(part.removesuffix("\n"))
        for part, shown, (_, text) in zip(parts, written, texts, strict=True)
    ]


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


async def _run_editor(path: Path, environ: Mapping[str, str], ending: Ending) -> None:
    command = environ.get("VISUAL") or environ.get("EDITOR") or FALLBACK
    try:
        argv = [*shlex.split(command), str(path)]
    except ValueError:
        raise EditingFailed("$EDITOR is no command: a quotation mark is missing") from None
    with ending.deaf_to_interrupts():
        try:
            # Standard output may be redirected, and what is on the terminal is standard error.
            editor = await asyncio.create_subprocess_exec(*argv, stdout=2, env=dict(environ))
        except OSError as error:
            raise EditingFailed(f"the editor {argv[0]} can't be run: {error.strerror}; set $EDITOR") from None
        try:
            code = await editor.wait()
        except asyncio.CancelledError:
            editor.terminate()
            try:
                await asyncio.wait_for(editor.wait(), STOP_SECONDS)
            except TimeoutError:
                editor.kill()
            raise
    if code != 0:
        raise EditingFailed(f"the editor ended with code {code}, so nothing was changed")

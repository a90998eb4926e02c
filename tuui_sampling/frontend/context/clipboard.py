"""Reads the clipboard of the desktop with the program that the desktop has for it."""

import asyncio
import os
import shutil
from collections.abc import Mapping

from .attached import MAX_BYTES

SECONDS = 3.0
"""So long we wait for it."""

WAYS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("WAYLAND_DISPLAY", ("wl-paste", "--no-newline", "--type", "text")),
    ("DISPLAY", ("xclip", "-selection", "clipboard", "-out")),
    ("DISPLAY", ("xsel", "--clipboard", "--output")),
    ("", ("pbpaste",)),
)
"""The variable of the environment that a program needs, and how it is called."""


def way_to_read(environ: Mapping[str, str]) -> tuple[str, ...] | None:
    """Return what reads the clipboard here; None where nothing does."""
    for variable, (name, *arguments) in WAYS:
        if not variable or environ.get(variable):
            program = shutil.which(name, path=environ.get("PATH"))
            if program is not None:
                return (program, *arguments)
    return None


async def read_clipboard(environ: Mapping[str, str] | None = None) -> str | None:
    """Return the text of the clipboard; None where there is none, or it can't be read."""
    way = way_to_read(os.environ if environ is None else environ)
    if way is None:
        return None
    pipe, nowhere = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    try:
        child = await asyncio.create_subprocess_exec(
            *way, stdin=nowhere, stdout=pipe, stderr=nowhere, start_new_session=True
        )
    except OSError:
        return None
    try:
        async with asyncio.timeout(SECONDS):
            content, _ = await child.communicate()
    except TimeoutError:
        return None
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()
    try:
        return content.decode("utf-8") or None if len(content) <= MAX_BYTES else None
    except UnicodeDecodeError:
        return None

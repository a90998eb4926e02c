"""Edit a text in the person's own editor, while the servers go on being answered."""

import asyncio
import os
import shlex
import tempfile
from pathlib import Path

from textual.app import App, SuspendNotSupported

from ..sampling.visible import escape_for_editing, unescape_edited


async def edit_text(app: App[None], text: str) -> tuple[str | None, str]:
    """
    Let the person edit a text in `$VISUAL`, else `$EDITOR`, else `vi`.

    Hidden characters are written as `⟪U+202E⟫` and read back, since a foreign text must not reach the terminal raw
    through the editor either. The file lies in a folder that only its owner can read, and is removed afterwards.

    Returns:
        The text, or None when nothing was edited; and what went wrong, in words.
    """
    command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
    shown = escape_for_editing(text)
    with tempfile.TemporaryDirectory(prefix="tuui-sampling-") as folder:
        file = Path(folder) / "text.txt"
        file.write_text(shown, encoding="utf-8", newline="")
        code, problem = 0, ""
        try:
            with app.suspend(), app.batch_update():
                try:  # inside: an exception that leaves `suspend` would leave the program suspended for good
                    process = await asyncio.create_subprocess_exec(*command, str(file))
                    code = await process.wait()
                except OSError as error:
                    problem = f"{command[0]} could not be started: {error.strerror}. Set VISUAL or EDITOR."
        except SuspendNotSupported:
            problem = "This terminal can't be handed to another program."
        if problem:
            return None, problem
        if code != 0:
            return None, f"{command[0]} ended with code {code}; nothing was changed."
        edited = file.read_text(encoding="utf-8", errors="replace")
    if edited.endswith("\n") and not shown.endswith("\n"):  # editors end a file with a newline of their own
        edited = edited[:-1]
    return (None if edited == shown else unescape_edited(edited)), ""

"""Runs the person's own editor on our terminal, while the servers go on being answered."""

import asyncio
import os

from textual.app import App, SuspendNotSupported

from ..frontend.external_editor import EditingFailed, edit


async def edit_text(app: App[None], text: str, line: int | None = None) -> tuple[str | None, str]:
    """
    Let the person edit a text in `$VISUAL`, else `$EDITOR`, else `vi`.

    Args:
        line: Where the cursor is to stand.

    Returns:
        The text, or None when nothing was edited; and what went wrong, in words.
    """

    async def run(argv: list[str]) -> int:
        failure: OSError | ValueError | None = None
        code = 0
        try:
            with app.suspend(), app.batch_update():
                try:  # inside: an exception that leaves `suspend` would leave the program suspended for good
                    process = await asyncio.create_subprocess_exec(*argv)
                    code = await process.wait()
                except (OSError, ValueError) as error:
                    failure = error
        except SuspendNotSupported:
            raise EditingFailed("this terminal can't be handed to another program") from None
        if failure is not None:
            raise failure
        return code

    try:
        (edited,) = await edit([("text", text)], os.environ, run, line)
    except EditingFailed as problem:
        words = str(problem)
        return None, f"{words[:1].upper()}{words[1:]}."
    return (None if edited == text else edited), ""

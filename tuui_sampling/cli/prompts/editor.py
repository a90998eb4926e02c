"""Runs the person's own editor on the plain terminal."""

import asyncio
from collections.abc import Mapping

from ...frontend.external_editor import Run
from ..signals import Shutdown

STOP_SECONDS = 1.0
"""So long an editor may take to go when the program ends."""


def on_terminal(environ: Mapping[str, str], ending: Shutdown) -> Run:
    """Return what runs a command on the terminal, to which interrupts go meanwhile, and returns its exit code."""

    async def run(argv: list[str]) -> int:
        with ending.deaf_to_interrupts():
            # Standard output may be redirected, and what is on the terminal is standard error.
            editor = await asyncio.create_subprocess_exec(*argv, stdout=2, env=dict(environ))
            try:
                return await editor.wait()
            except asyncio.CancelledError:
                editor.terminate()
                try:
                    await asyncio.wait_for(editor.wait(), STOP_SECONDS)
                except TimeoutError:
                    editor.kill()
                raise

    return run

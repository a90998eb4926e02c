"""Which of several things, and where to: the questions before something is saved to a file."""

import asyncio
from collections.abc import Sequence

from textual.app import App

from ...frontend.files import CannotSave, destination, save
from ...frontend.presentation.format import octets
from ...frontend.presentation.results import PartFile
from ...sampling.visible import visible
from ..widgets.plain import line
from .ask_path import AskPath
from .basic import Choice, Choose, Confirm


async def save_one(app: App[None], whose: str, files: Sequence[PartFile]) -> None:
    """
    Let the person choose one of the files, and where it shall go; in a worker.

    Args:
        whose: What they are of, in words.
    """
    file = await _chosen(app, whose, files)
    if file is None:
        return
    typed: str | None = file.name
    problem = ""
    while typed is not None:
        question = f"Save {octets(len(file.data))} of {whose} to a file. {file.words}"
        typed = await app.push_screen_wait(AskPath(question, typed, problem))
        if typed is None:
            return
        try:
            path = destination(typed)
            try:
                await asyncio.to_thread(save, path, file.data)
            except FileExistsError:
                if not await app.push_screen_wait(Confirm(f"{path} exists. Replace it?", "replace")):
                    problem = ""
                    continue
                await asyncio.to_thread(save, path, file.data, replace=True)
        except CannotSave as error:
            problem = f"It could not be saved: {error.reason}."
            continue
        app.notify(visible(f"Saved to {path}", limit=500), markup=False)
        return


async def _chosen(app: App[None], whose: str, files: Sequence[PartFile]) -> PartFile | None:
    if len(files) == 1:
        return files[0]
    choices = [Choice(str(number), line(file.words, 200)) for number, file in enumerate(files)]
    chosen = await app.push_screen_wait(Choose(f"What of {whose} shall be saved?", choices))
    return files[int(chosen)] if chosen is not None else None

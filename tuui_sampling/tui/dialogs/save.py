"""Which of several things, and where to: the questions before something is saved to a file."""

import asyncio
from collections.abc import Sequence

from ...frontend.files import CannotSave, destination, save
from ...frontend.presentation.format import octets
from ...frontend.presentation.results import PartFile
from ..port import AppPort
from ..widgets.plain import line
from .ask_path import AskPath
from .basic import Choice, Choose, Confirm


async def save_one(port: AppPort, whose: str, files: Sequence[PartFile]) -> None:
    """
    Let the person choose one of the files, and where it shall go; in a worker.

    Args:
        whose: What they are of, in words.
    """
    file = await _chosen(port, whose, files)
    if file is None:
        return
    typed: str | None = file.name
    problem = ""
    while typed is not None:
        question = f"Save {octets(len(file.data))} of {whose} to a file. {file.words}"
        typed = await port.answer_to(AskPath(question, typed, problem))
        if typed is None:
            return
        try:
            path = destination(typed)
            try:
                await asyncio.to_thread(save, path, file.data)
            except FileExistsError:
                if not await port.answer_to(Confirm(f"{path} exists. Replace it?", "replace")):
                    problem = ""
                    continue
                await asyncio.to_thread(save, path, file.data, replace=True)
        except CannotSave as error:
            problem = f"It could not be saved: {error.reason}."
            continue
        port.tell(f"Saved to {path}")
        return


async def _chosen(port: AppPort, whose: str, files: Sequence[PartFile]) -> PartFile | None:
    if len(files) == 1:
        return files[0]
    choices = [Choice(str(number), line(file.words, 200)) for number, file in enumerate(files)]
    chosen = await port.answer_to(Choose(f"What of {whose} shall be saved?", choices))
    return files[int(chosen)] if chosen is not None else None

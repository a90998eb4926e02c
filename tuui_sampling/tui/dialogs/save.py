"""Asks which of several things is to be saved to a file, and where."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from ...frontend.files import CannotSave, destination, save
from ...frontend.presentation.format import octets
from ...frontend.presentation.results import PartFile
from ..port import AppPort
from ..widgets.plain import line
from .ask_path import AskPath
from .basic import Choice, Choose, Confirm


async def save_one(port: AppPort, whose: str, files: Sequence[PartFile]) -> None:
    """
    Let the person choose one of the files, and where it is to go; in a worker.

    Args:
        whose: What they are of, in words.
    """
    file = await _chosen(port, whose, files)
    if file is not None:
        question = f"Save {octets(len(file.data))} of {whose} to a file. {file.words}"
        await save_as(port, question, file.name, file.data)


async def save_as(port: AppPort, question: str, name: str, data: bytes) -> None:
    """
    Ask where data is to go until it is saved there, or the person has cancelled; a file is replaced on a word only.

    Args:
        name: A name to begin with.
    """
    problem = ""
    question = f"{question} A name alone is a file of {Path.cwd()}."
    while (typed := await port.answer_to(AskPath(question, name, problem))) is not None:
        name, problem = typed, ""
        try:
            path = destination(typed)
            if await _saved(port, path, data):
                port.say(f"Saved to {path}")
                return
        except CannotSave as error:
            problem = f"It could not be saved: {error.reason}."


async def _saved(port: AppPort, path: Path, data: bytes) -> bool:
    """Save it, unless there is a file and the person keeps that."""
    try:
        await asyncio.to_thread(save, path, data)
    except FileExistsError:
        if not await port.answer_to(Confirm(f"{path} exists. Replace it?", "replace")):
            return False
        await asyncio.to_thread(save, path, data, replace=True)
    return True


async def _chosen(port: AppPort, whose: str, files: Sequence[PartFile]) -> PartFile | None:
    if len(files) == 1:
        return files[0]
    choices = [Choice(str(number), line(file.words, 200)) for number, file in enumerate(files)]
    chosen = await port.answer_to(Choose(f"What of {whose} is to be saved?", choices))
    return files[int(chosen)] if chosen is not None else None

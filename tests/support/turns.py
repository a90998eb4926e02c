"""Stands for what a server has just written: as many turns of the loop as its answer takes."""

import asyncio

ANSWER = 5
"""Readable, handed to the stream, read, understood, answered."""


def in_turns_of_an_answer() -> asyncio.Task[None]:
    """Begin to answer; the task is done with the answer."""

    async def answer() -> None:
        for _turn in range(ANSWER - 1):
            await asyncio.sleep(0)

    return asyncio.create_task(answer(), name="an answer")

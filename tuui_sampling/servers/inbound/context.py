"""Names the call and the round that a question belongs to, where the era lets that be known."""

import asyncio
from contextvars import ContextVar

import mcp_types as types

from ...sampling.origin import Group
from ..state.server import Call
from .desk import Receipt, WhyWithdrawn

current_call: ContextVar[Call | None] = ContextVar("current_call", default=None)
"""The call of ours that a question belongs to; known for certain in the modern era only."""


class Round:
    """
    Gathers the answers to what one round of a call has asked, and what became of the call that carries them.

    Attributes:
        answers: What there is so far, by the keys of the questions.
        complete: Set when there is an answer to each, or none will come.
    """

    def __init__(self, size: int) -> None:
        """Wait for so many answers."""
        self.answers: types.InputResponses = {}
        self.complete = asyncio.Event()
        self._size = size
        self._receipt: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()

    def put(self, key: str, answer: types.InputResponse) -> None:
        """Add an answer."""
        self.answers[key] = answer
        if len(self.answers) == self._size:
            self.complete.set()

    async def delivered(self, key: str, answer: types.InputResponse) -> Receipt:
        """Add an answer, and return what became of it once the call that carries it was taken or refused."""
        self.put(key, answer)
        return await asyncio.shield(self._receipt)

    @property
    def is_settled(self) -> bool:
        """Whether it is known what became of the answers."""
        return self._receipt.done()

    def taken(self, problem: str) -> None:
        """Hear that the server has taken the answers, or why it has not; the first word counts."""
        if not self._receipt.done():
            self._receipt.set_result(Receipt(problem))


current_round: ContextVar[Round | None] = ContextVar("current_round", default=None)
"""Where an answer goes in the modern era, in which it is not a message of its own."""


current_group: ContextVar[tuple[Group, WhyWithdrawn] | None] = ContextVar("current_group", default=None)
"""The round of that call (modern era), and why a question of it is withdrawn."""


round_has_state: ContextVar[bool] = ContextVar("round_has_state", default=False)
"""Whether the round that is being answered has a state, which expires."""

"""Names the call and the round that a question belongs to, where the era lets that be known."""

from contextvars import ContextVar

from ...sampling.origin import Group
from ..state.server import Call
from .desk import WhyWithdrawn

current_call: ContextVar[Call | None] = ContextVar("current_call", default=None)
"""The call of ours that a question belongs to; known for certain in the modern era only."""


current_group: ContextVar[tuple[Group, WhyWithdrawn] | None] = ContextVar("current_group", default=None)
"""The round of that call (modern era), and why a question of it is withdrawn."""


round_has_state: ContextVar[bool] = ContextVar("round_has_state", default=False)
"""Whether the round that is being answered has a state, which expires."""

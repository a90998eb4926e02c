"""How much is kept of what was refused on arrival."""

from tests.support.supervised import Clerk
from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.sampling.errors import Refusal
from tuui_sampling.servers.inbound.refusals import MAX_BYTES, TurnedAway
from tuui_sampling.servers.state.server import Server


async def test_of_a_long_message_only_the_beginning_is_kept() -> None:
    clerk = Clerk()
    turned_away = TurnedAway(Server(ServerSettings("one", "command")), clerk)
    for raw in (b"x" * MAX_BYTES, b"x" * (MAX_BYTES + 1), b"x" * (20 * MAX_BYTES)):
        turned_away.add("sampling/createMessage", {"maxTokens": 1}, raw, Refusal.MUTED)
    turned_away.flush()
    kept = [(len(origin.raw), params) for _, params, origin, _, _ in clerk.turned_away]
    assert kept == [(MAX_BYTES, {"maxTokens": 1}), (MAX_BYTES, None), (MAX_BYTES, None)]

"""The request that finds out whether a model sees: a real picture, and an answer that only one who sees gives."""

import base64

import pytest

from tests.support.models.model_server import streams
from tests.support.models.wires import CHAT, WIRES, Wire, respond
from tuui_sampling.cli.commands.ping import LOOK, RED_SQUARE, has_seen
from tuui_sampling.providers.token_estimate import picture_size
from tuui_sampling.sampling.note import Severity
from tuui_sampling.sampling.request import TextBlock
from tuui_sampling.sampling.response import Response


def test_the_picture_is_one() -> None:
    assert picture_size(base64.b64decode(RED_SQUARE)) == (64, 64)


@pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.name)
async def test_every_wire_takes_it(wire: Wire) -> None:
    server, _ = streams(*wire.answer("Red."))
    provider = wire.make(server, supports={"images": True})
    assert all(note.severity is not Severity.BLOCK for note in provider.notes(LOOK))
    assert has_seen(await respond(provider, LOOK))
    assert RED_SQUARE in str(server.asked)


@pytest.mark.parametrize(
    ("text", "seen"),
    [("Red", True), ("It is RED.", True), ("blue", False), ("", False), ("It was not rendered.", False)],
)
def test_only_the_right_colour_counts(text: str, seen: bool) -> None:
    assert has_seen(Response((TextBlock(text),), "m")) is seen


async def test_it_is_sent_to_a_model_of_which_nothing_is_known() -> None:
    server, _ = streams(*CHAT.answer("green"))
    assert not has_seen(await respond(CHAT.make(server), LOOK))

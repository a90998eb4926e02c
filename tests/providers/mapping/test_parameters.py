"""`top_p` and its like: from the metadata, or from the server's defaults, to the wires that have them."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.desks import ORIGIN, approve, office
from tests.support.models.model_server import streams
from tests.support.models.scripted_models import ScriptedProvider, answer
from tests.support.models.wires import CHAT, MESSAGES, RESPONSES, Wire, ask, respond
from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.frontend.review.request_draft import draft_of
from tuui_sampling.policy.verdict import Verdict
from tuui_sampling.sampling.parameters import PARAMETERS, parameter_problems
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.sampling.request import SamplingRequest

ALL = {"top_p": 0.9, "min_p": 0, "top_k": 40, "seed": 7, "presence_penalty": -1.5, "frequency_penalty": 1}
WARM = {"supports": {"temperature": True}}


async def sent(wire: Wire, metadata: dict[str, Any], **settings: Any) -> tuple[dict[str, Any], str]:
    """Return which parameters go over the wire, and the note about the metadata."""
    server, _ = streams(*wire.answer("ok"))
    provider = wire.make(server, **settings)
    request = ask(metadata=metadata)
    (note,) = (note.text for note in provider.notes(request) if note.field == "metadata")
    await respond(provider, request)
    return {name: value for name, value in server.asked.items() if name in {*PARAMETERS, "user"}}, note


@pytest.mark.parametrize(
    ("wire", "settings", "expected"),
    [
        (CHAT, {}, set(ALL)),
        (CHAT, {"drop_params": ("seed", "top_k")}, set(ALL) - {"seed", "top_k"}),
        (CHAT, {"supports": {"temperature": False}}, {"seed"}),
        (MESSAGES, WARM, {"top_p", "top_k"}),
        (MESSAGES, {}, set()),
        (RESPONSES, WARM, {"top_p"}),
        (RESPONSES, {}, set()),
    ],
)
async def test_each_wire_gets_what_it_has(wire: Wire, settings: dict[str, Any], expected: set[str]) -> None:
    found, note = await sent(wire, ALL, **settings)
    assert found == {name: ALL[name] for name in expected}
    assert all(name in note for name in ALL)
    assert ("ignored by this model" in note) == (expected != set(ALL))


async def test_whatever_else_is_in_the_metadata_stays_here() -> None:
    assert await sent(CHAT, {"user": "me"}) == ({}, "not forwarded")
    assert await sent(CHAT, {"user": "me", "seed": 1}) == ({"seed": 1}, "seed is sent; the rest is not forwarded")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("top_p", 1.5), ("top_p", "0.9"), ("top_p", True), ("top_p", None), ("top_k", 0), ("top_k", 1.5),
        ("seed", 2**64), ("seed", [1]), ("presence_penalty", -3), ("frequency_penalty", float("nan")),
    ],
)  # fmt: skip
async def test_a_value_that_is_none_is_not_sent(name: str, value: Any) -> None:
    found, note = await sent(CHAT, {name: value})
    assert found == {}
    assert f"{name} is not sent: expected a" in note
    assert list(parameter_problems({name: value}))


async def test_the_configuration_of_the_model_goes_first() -> None:
    assert (await sent(CHAT, {"seed": 1}, extra_body={"seed": 2}))[0] == {"seed": 2}


async def test_the_defaults_of_a_server_are_shown_and_sent(tmp_path: Path) -> None:
    servers = {ORIGIN.server: ServerSettings(ORIGIN.server, sampling={"top_p": 0.5, "seed": 3})}
    model = ScriptedProvider(answer("yes"), answer("yes"))
    async with office(tmp_path, model, servers=servers) as place:
        asking = place.ask(metadata={"seed": 1})
        review = await place.at(Phase.REQUEST)
        assert review.asked.metadata == {"seed": 1}
        draft = draft_of(review, "scripted")
        assert draft.is_edited
        built = draft.build()
        assert isinstance(built, SamplingRequest)
        assert built.metadata == {"seed": 1, "top_p": 0.5}
        place.settle(review, approve(review, asked=built))
        await place.at(Phase.RESPONSE)
        assert model.asked[-1].metadata == {"seed": 1, "top_p": 0.5}
        asking.cancel()


async def test_the_defaults_of_a_server_count_where_nobody_is_asked(tmp_path: Path) -> None:
    servers = {ORIGIN.server: ServerSettings(ORIGIN.server, sampling={"top_p": 0.5})}
    model = ScriptedProvider(answer("yes"))
    async with office(tmp_path, model, servers=servers, verdict=Verdict.PASS) as place:
        outcome = await place.ask()
    assert outcome.edited
    assert model.asked[-1].metadata == {"top_p": 0.5}


async def test_without_defaults_nothing_is_edited(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("yes"))) as place:
        asking = place.ask()
        review = await place.at(Phase.REQUEST)
        assert not draft_of(review, "scripted").is_edited
        asking.cancel()

"""Nothing goes to a model on one press that has not been on the screen, whatever part of a request it stands in."""

import base64
from pathlib import Path
from typing import Any

import pytest
from textual import events

from tests.support.models.recorder import recording
from tests.support.screens.app import screen_text
from tests.support.screens.requesting import Requested, requested
from tuui_sampling.config.settings import InterfaceSettings, ModelSettings, Settings
from tuui_sampling.demo.picture import gradient_png
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.sampling.review import Review

HIDDEN = "SEEN-BY-NOBODY"
ABOVE = "a line above\n" * 60
"""A system prompt that is longer than the largest screen here: what comes after it is not in view at first."""

IMAGE = {"type": "image", "data": base64.b64encode(gradient_png(8)).decode(), "mimeType": "image/png"}


def text(said: str) -> dict[str, Any]:
    """Return a text block."""
    return {"type": "text", "text": said}


def user(*blocks: Any) -> dict[str, Any]:
    """Return a message."""
    return {"role": "user", "content": list(blocks)}


def asks(said: str = "Use the tool.", **more: Any) -> dict[str, Any]:
    """Return parameters with one text."""
    return {"messages": [user(text(said))], "maxTokens": 9, "systemPrompt": ABOVE, **more}


def offers(schema: Any = None, **more: Any) -> dict[str, Any]:
    """Return parameters with one tool."""
    return asks(tools=[{"name": "t", "inputSchema": schema or {"type": "object"}, **more}])


def named(name: str) -> dict[str, Any]:
    """Return a tool of that name."""
    return {"name": name, "inputSchema": {"type": "object"}}


def takes(**properties: Any) -> dict[str, Any]:
    """Return the schema of an object."""
    return {"type": "object", "properties": properties}


def returns(*items: Any, **more: Any) -> dict[str, Any]:
    """Return parameters with the result of a tool."""
    call = {"type": "tool_use", "id": "c", "name": "t", "input": {}}
    result = {"type": "tool_result", "toolUseId": "c", "content": list(items), **more}
    turns = [user(text("go")), {"role": "assistant", "content": [call]}, user(result)]
    return offers() | {"messages": turns}


SHAPES: dict[str, dict[str, Any]] = {
    "a nested property's description": offers(takes(a=takes(b={"type": "string", "description": HIDDEN}))),
    "a description within a list's items": offers(takes(a={"type": "array", "items": {"description": HIDDEN}})),
    "a description within a choice": offers(takes(a={"anyOf": [{"type": "null"}, {"title": HIDDEN}]})),
    "the schema's own description": offers({**takes(), "description": HIDDEN}),
    "a definition": offers({**takes(), "$defs": {"x": {"description": HIDDEN}}}),
    "a default": offers(takes(a={"default": HIDDEN})),
    "an example": offers(takes(a={"examples": [{"deep": HIDDEN}]})),
    "a constant": offers(takes(a={"const": HIDDEN})),
    "a pattern": offers(takes(a={"pattern": HIDDEN})),
    "the hundredth value": offers(takes(a={"enum": [*map(str, range(100)), HIDDEN]})),
    "the hundredth property": offers(takes(**{f"p{one}": {} for one in range(100)}, last={"description": HIDDEN})),
    "a property's name": offers(takes(**{HIDDEN: {}})),
    "the end of a tool's description": offers(description="word " * 3_000 + HIDDEN),
    "a tool's title": offers(title="t" * 500 + HIDDEN),
    "a member that nobody knows": offers(annotations={"x": [{"y": HIDDEN}]}),
    "the last of many tools": asks(tools=[named(f"t{one}") for one in range(99)] + [named(HIDDEN)]),
    "the end of a very long line": asks("x" * 20_000 + " " + HIDDEN),
    "the second block below a long one": asks() | {"messages": [user(text("long " * 5_000), text(HIDDEN))]},
    "text below empty lines": asks("\n" * 500 + HIDDEN),
    "text beside a picture": returns(IMAGE, text("data\n" * 100 + HIDDEN)),
    "a picture's neighbour in a list of many": returns(*[text("x")] * 200, text(HIDDEN)),
    "structured content": returns(structuredContent={"rows": [*range(300), HIDDEN]}),
    "a link's description": returns(
        {"type": "resource_link", "uri": "a:b", "name": "n", "description": "d" * 600 + HIDDEN}
    ),
    "an embedded resource": returns({"type": "resource", "resource": {"uri": "a:b", "text": "t\n" * 99 + HIDDEN}}),
    "a stop sequence": asks(stopSequences=["s" * 200, HIDDEN]),
    "the last of many messages": asks()
    | {"messages": [user(text(f"m{one}")) for one in range(99)] + [user(text(HIDDEN))]},
}

SIZES = [(80, 24), (120, 36), (200, 50)]


def settings(url: str) -> Settings:
    """Return a configuration whose only model is the recorder."""
    model = ModelSettings("recorder", "openai-compatible", model="m", base_url=url)
    return Settings(models={"recorder": model}, default_model="recorder", interface=InterfaceSettings(images="blocks"))


async def pressed(desk: Requested) -> None:
    """Look at what is in view, and approve; wait until that was refused, or has brought something about."""
    review = desk.inbox.reviewing.review
    assert review is not None
    desk.app.clear_notifications()
    await desk.look()
    await desk.press("ctrl+g")
    await desk.until(lambda: review.phase is not Phase.REQUEST or "Not sent:" in screen_text(desk.app))


def review_text(desk: Requested) -> str:
    """Return what is on the screen of the review itself, without the list and its first words."""
    left = desk.inbox.pane.region.x
    return "\n".join(row[left:] for row in screen_text(desk.app).splitlines())


async def select(desk: Requested, params: dict[str, Any]) -> Review:
    """Let a request arrive, and show it."""
    review = await desk.ask(params)
    desk.inbox.select(review.id)
    await desk.look()
    return review


@pytest.mark.hostile(36)
@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_what_was_not_painted_is_not_sent_on_the_first_press(tmp_path: Path, size: tuple[int, int]) -> None:
    async with recording() as (recorder, url), requested(tmp_path, size=size, settings=settings(url)) as desk:
        for shape, params in SHAPES.items():
            review = await select(desk, params)
            assert HIDDEN not in review_text(desk), shape
            await pressed(desk)
            assert review.phase is Phase.REQUEST, shape
            assert recorder.bodies == [], shape
            await reject(desk, review)


@pytest.mark.hostile(36)
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("keys", [["end"], ["f7", "escape"], ["tab", "end"], ["end", "home"]], ids=str)
async def test_no_way_to_the_end_sees_what_lies_between(tmp_path: Path, size: tuple[int, int], keys: list[str]) -> None:
    async with recording() as (recorder, url), requested(tmp_path, size=size, settings=settings(url)) as desk:
        review = await select(desk, asks("\n".join(map(str, range(200))) + HIDDEN + "\n" * 200))
        await desk.press(*keys)
        await pressed(desk)
        assert (review.phase, recorder.bodies) == (Phase.REQUEST, [])


async def test_what_was_read_is_sent_on_the_first_press_and_what_was_not_on_the_second(tmp_path: Path) -> None:
    async with recording() as (recorder, url), requested(tmp_path, settings=settings(url)) as desk:
        review = await select(desk, SHAPES["a nested property's description"])
        await desk.read()
        assert "all seen" in screen_text(desk.app)
        await pressed(desk)
        await desk.until(lambda: recorder.bodies)
        assert HIDDEN.encode() in recorder.bodies[0]
        await desk.until(lambda: review.phase is not Phase.GENERATING)
        await reject(desk, review)
        review = await select(desk, SHAPES["a stop sequence"])
        await pressed(desk)
        assert len(recorder.bodies) == 1
        await pressed(desk)
        await desk.until(lambda: len(recorder.bodies) == 2)
        await desk.until(lambda: review.phase is not Phase.GENERATING)
        await reject(desk, review)


async def test_what_was_folded_or_edited_has_not_been_seen(tmp_path: Path) -> None:
    async with recording() as (recorder, url), requested(tmp_path, settings=settings(url)) as desk:
        review = await select(desk, asks("one\ntwo", systemPrompt="short"))
        await desk.read()
        view = desk.inbox.pane.review_panel.scrollable
        assert view is not None
        desk.inbox.set_focus(view)
        await desk.press("z")
        await pressed(desk)
        assert (review.phase, recorder.bodies) == (Phase.REQUEST, [])
        await desk.press("z")
        await desk.press("down", "e")
        desk.app.post_message(events.Paste("\n".join(map(str, range(500)))))
        await desk.pilot.pause()
        await desk.press("escape")
        assert desk.inbox.reviewing.edits(review).draft.is_edited
        await pressed(desk)
        assert (review.phase, recorder.bodies) == (Phase.REQUEST, [])


async def reject(desk: Requested, review: Review) -> None:
    """Refuse a request, once the screen has come to where it is now: a key that comes before that is too late."""
    await desk.until(lambda: desk.app.arming.target is not None and desk.app.arming.target.gate is review.gate)
    desk.clock.now += 5
    await desk.press("ctrl+r")
    await desk.until(lambda: not review.phase.is_open)

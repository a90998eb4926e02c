"""Only a finished paint of exactly what is selected arms; whatever lies over it or changes it disarms."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual._context import message_hook
from textual.message import Message

from tests.support.full_request import user
from tests.support.screens.app import NARROW, WIDE, screen_text
from tests.support.screens.requesting import Requested, requested
from tests.support.terminal.late_driver import LateDriver
from tuui_sampling.sampling.decision import Reject
from tuui_sampling.sampling.inquiry import FormElicitation, Inquiry
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.sampling.review import Review
from tuui_sampling.tui.dialogs.help import HelpScreen
from tuui_sampling.tui.document.messages import RowsSeen
from tuui_sampling.tui.document.view import DocumentView
from tuui_sampling.tui.inbox.screen import InboxScreen


def asking(text: str) -> dict[str, Any]:
    """Return a request."""
    return {"messages": [user(text)], "maxTokens": 10}


FIRST, SECOND = asking("the first"), asking("the second")


def set_driver(desk: Requested, **facts: object) -> None:
    """Have the driver say something of its terminal."""
    for name, value in facts.items():
        setattr(desk.app._driver, name, value)


async def said(desk: Requested, *words: str) -> bool:
    """Press the chord, and wait until the program says why nothing is approved."""
    await desk.press("ctrl+g")
    await desk.until(lambda: any(one in " ".join(screen_text(desk.app).split()) for one in words))
    desk.app.clear_notifications()
    return all(one.phase is Phase.REQUEST for one in desk.backend.desk.reviews.values() if one.phase.is_open)


async def chord_too_early(desk: Requested) -> None:
    """Press the chord a moment after the paint, and wait until that is told."""
    desk.clock.now += 0.3
    desk.app.post_message(events.Key("ctrl+g", None))
    await desk.until(lambda: "it has just appeared" in " ".join(screen_text(desk.app).split()))


Deed = Callable[[Requested], Awaitable[None]]


def keys(*names: str) -> Deed:
    """Return what presses keys."""
    return lambda desk: desk.press(*names)


async def _decide(desk: Requested) -> None:
    before = desk.inbox.reviewing.selected
    await desk.press("ctrl+r")
    await desk.until(lambda: desk.inbox.reviewing.selected != before)


async def _filter(desk: Requested) -> None:
    before = desk.inbox.reviewing.selected
    await desk.press(*"second", "enter")
    await desk.until(lambda: desk.inbox.reviewing.selected != before)
    if desk.app.size == NARROW:  # the list lies over it
        await desk.press("l")


async def _resize(desk: Requested) -> None:
    late(desk).resize(110, 30)
    await desk.until(lambda: desk.app.size.width == 110)


@dataclass(frozen=True)
class Late:
    """What is done while the terminal takes nothing, and the keys before that."""

    name: str
    deed: Deed
    before: tuple[str, ...] = ()


LATE = (
    Late("back from Servers", keys("f1"), ("f2",)),
    Late("back from the History", keys("f1"), ("f3",)),
    Late("the end of a dialog", keys("escape"), ("question_mark",)),
    Late("back from another tab", keys("1"), ("3",)),
    Late("the next one, by a key", keys("ctrl+n")),
    Late("the next one, after a decision", _decide),
    Late("what the list's filter leaves", _filter, ("l", "slash")),
    Late("another size", _resize),
)


def late(desk: Requested) -> LateDriver:
    """Return the driver that waits for the test."""
    return LateDriver.of(desk.app)


def views(desk: Requested) -> list[DocumentView]:
    """Return the documents that are shown, once each of them has been painted."""
    shown = [view for view in desk.app.screen.query(DocumentView) if view.scrollable_content_region]
    return shown if all(view.document.is_complete and view.seen._painted for view in shown) else []


async def clear(desk: Requested) -> None:
    """Refuse all that is open, and take the filter away."""
    for review in desk.backend.desk.reviews.values():
        if review.phase.is_open:
            gate = Gate.REQUEST if review.phase is Phase.REQUEST else Gate.RESPONSE
            desk.backend.desk.settle(review.id, gate, Reject())
    await desk.until(lambda: not desk.inbox.reviewing.waiting)


@pytest.mark.drawn
@pytest.mark.hostile(52)
@pytest.mark.usefixtures("late_terminal")
@pytest.mark.parametrize(
    ("size", "deeds"), [(WIDE, LATE), (NARROW, [one for one in LATE if one.deed in (_decide, _filter, _resize)])]
)
async def test_nothing_is_approved_before_the_terminal_has_taken_its_paint(
    tmp_path: Path, size: tuple[int, int], deeds: Sequence[Late]
) -> None:
    async with requested(tmp_path, size=size) as desk:
        for one in deeds:
            first, _ = [await desk.ask(asking(f"the {which}, for {one.name}")) for which in ("first", "second")]
            desk.inbox.select(first.id)
            await desk.look()
            await desk.press(*one.before)
            await desk.until(lambda: late(desk).has_written)
            terminal = late(desk).terminal
            old = terminal.lines
            terminal.hold()
            await one.deed(desk)
            await desk.until(lambda: isinstance(desk.app.screen, InboxScreen) and views(desk))
            for view in views(desk):
                view.seen.note()  # as some time later, as the next
            painting = desk.inbox.groups.decisions.painting
            painting._arm(painting._number)
            desk.clock.now += 60
            assert await said(desk, "it has just appeared"), one.name
            assert one.deed is _resize or terminal.lines == old, one.name
            late(desk).let_half()
            assert await said(desk, "it has just appeared"), one.name
            terminal.let()
            await desk.until(lambda: desk.app.arming.target)
            await chord_too_early(desk)
            await desk.look()
            review = desk.inbox.reviewing.review
            assert review is not None
            await desk.press("ctrl+g")
            await desk.until(lambda: review.phase is not Phase.REQUEST)  # noqa: B023
            await clear(desk)


async def _a_response(desk: Requested) -> Review | Inquiry:
    """Ask the model; its response is what is to be decided next."""
    review = desk.inbox.reviewing.review
    assert review is not None
    await desk.press("ctrl+g")
    await desk.until(lambda: review.phase is Phase.RESPONSE)
    return review


async def _another_response(desk: Requested) -> Review | Inquiry:
    """Ask the model again, while its first response can be returned."""
    review = desk.inbox.reviewing.review
    assert review is not None
    await desk.press("f5")
    await desk.until(lambda: review.phase is Phase.RESPONSE and len(review.candidates) == 2)
    return review


async def _a_form(desk: Requested) -> Review | Inquiry:
    """Go to a question, which needs no value."""
    await desk.press("ctrl+n")
    await desk.until(lambda: isinstance(desk.inbox.reviewing.item, Inquiry))
    item = desk.inbox.reviewing.item
    assert item is not None
    return item


@pytest.mark.drawn
@pytest.mark.hostile(52)
@pytest.mark.usefixtures("late_terminal")
@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_neither_a_response_nor_a_form_is_approved_before_the_terminal_has_taken_its_paint(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with requested(tmp_path, size=size) as desk:
        await desk.ask(asking("the first"))
        await desk.look()
        form = FormElicitation("Shall it rain?", {"type": "object", "properties": {}})
        origin = Origin("trips", "2025-11-25", request_id=2, tool="plan", raw="{}")
        desk.asking.append(asyncio.create_task(desk.backend.desk.inquire(form, origin, lambda: "gone")))  # type: ignore[arg-type]
        await desk.until(lambda: len(desk.inbox.reviewing.waiting) == 2)
        for deed in (_a_response, _another_response, _a_form):
            await desk.until(lambda: late(desk).has_written)
            terminal = late(desk).terminal
            old = terminal.lines
            terminal.hold()
            item = await deed(desk)
            await desk.until(lambda: views(desk))
            for view in views(desk):
                view.seen.note()
            painting = desk.inbox.groups.decisions.painting
            painting._arm(painting._number)
            desk.clock.now += 60
            await said(desk, "it has just appeared")
            assert terminal.lines == old, deed.__name__
            late(desk).let_half()
            await said(desk, "it has just appeared")
            terminal.let()
            await desk.until(lambda: desk.app.arming.target)
            await chord_too_early(desk)
            await desk.look()
            assert item.phase.is_undecided, deed.__name__
        await desk.press("ctrl+g")
        await desk.until(lambda: not item.phase.is_undecided)


@pytest.mark.drawn
@pytest.mark.hostile(52)
@pytest.mark.usefixtures("late_terminal")
async def test_rows_that_the_terminal_has_not_taken_are_not_seen(tmp_path: Path) -> None:
    async with requested(tmp_path, size=NARROW) as desk:
        review = await desk.ask(asking("\n".join(f"row {number}" for number in range(22))))
        await desk.look()
        await desk.until(lambda: late(desk).has_written)
        view, terminal = desk.inbox.pane.review_panel.query(DocumentView).first(), late(desk).terminal
        terminal.hold()
        await desk.press("end")
        await desk.until(lambda: view.is_at_end and view.seen._painted and not late(desk).has_written)
        view.seen.note()  # as some time later
        assert not view.document.is_seen
        assert await said(desk, "rows not seen"), "asked about first"
        assert "row 21" not in "".join(terminal.lines)
        terminal.let()
        await desk.until(lambda: view.document.is_seen and "row 21" in "".join(terminal.lines))
        await desk.look()
        await desk.press("ctrl+g")
        await desk.until(lambda: review.phase is not Phase.REQUEST)


async def test_the_title_has_its_figure_also_where_something_moves_once_rows_were_seen(tmp_path: Path) -> None:
    def repaint(message: Message) -> None:
        if isinstance(message, RowsSeen) and isinstance(message.view, DocumentView):
            message.view.repaint()

    message_hook.set(repaint)
    lines = "\n".join(map(str, range(200)))
    async with requested(tmp_path) as desk:
        await desk.ask({"messages": [user(lines)], "maxTokens": 10})
        await desk.until(lambda: "rows not seen" in screen_text(desk.app))


async def _leave(desk: Requested) -> None:
    await desk.press("f2")
    assert desk.app.arming.target is None
    await desk.press("f1")


async def _ask_for_help(desk: Requested) -> None:
    await desk.press("question_mark")
    await desk.until(lambda: isinstance(desk.app.screen, HelpScreen))
    assert desk.app.arming.target is None
    await desk.press("escape")


async def _resize_screen(desk: Requested) -> None:
    await desk.pilot.resize_terminal(110, 30)


async def _change_tabs(desk: Requested) -> None:
    await desk.press("3", "1")


async def _move(desk: Requested) -> None:
    await desk.press("ctrl+n")


@pytest.mark.parametrize("away", [_leave, _ask_for_help, _resize_screen, _change_tabs, _move])
async def test_what_comes_back_has_to_be_looked_at(
    tmp_path: Path, away: Callable[[Requested], Awaitable[None]]
) -> None:
    async with requested(tmp_path) as desk:
        await desk.ask(FIRST)
        await desk.ask(SECOND)
        await desk.look()
        await away(desk)
        await desk.until(lambda: desk.app.arming.target)
        await chord_too_early(desk)
        assert [one.phase for one in desk.backend.desk.reviews.values()] == [Phase.REQUEST] * 2


@pytest.mark.hostile(51)
async def test_a_terminal_that_is_too_small_or_does_not_say_how_large_it_is_approves_nothing(tmp_path: Path) -> None:
    async with requested(tmp_path) as desk:
        await desk.ask(FIRST)
        await desk.look()
        set_driver(desk, knows_size=False)
        assert await said(desk, "does not say how large it is")
        set_driver(desk, knows_size=True)
        await desk.pilot.resize_terminal(59, 20)
        assert await said(desk, "too small")


async def test_a_refusal_that_is_followed_by_a_move_refuses_and_moves(tmp_path: Path) -> None:
    async with requested(tmp_path) as desk:
        first = await desk.ask(FIRST)
        second = await desk.ask(SECOND)
        desk.app.post_message(events.Key("ctrl+r", None))
        desk.app.post_message(events.Key("ctrl+n", None))
        await desk.until(lambda: first.phase is Phase.REJECTED)
        await desk.until(lambda: desk.inbox.reviewing.selected == second.id)
        assert second.phase is Phase.REQUEST

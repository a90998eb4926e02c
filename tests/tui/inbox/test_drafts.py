"""What was edited and not decided survives any end of the program, and is offered when the same is asked again."""

import asyncio
from pathlib import Path
from typing import Any

from textual.widgets import Input, TextArea

from tests.support.full_request import user
from tests.support.screens.app import screen_text
from tests.support.screens.requesting import Requested, requested
from tuui_sampling.config.paths import state_dir
from tuui_sampling.sampling.inquiry import FormElicitation, Inquiry
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.sampling.phase import Phase

ASKED: dict[str, Any] = {"messages": [user("Where does it rain?")], "maxTokens": 10}
FORM = FormElicitation("Who are you?", {"type": "object", "properties": {"name": {"type": "string"}}})


def files() -> list[Path]:
    """Return the drafts that are kept."""
    folder = state_dir() / "drafts"
    return sorted(folder.iterdir()) if folder.exists() else []


async def question(desk: Requested) -> Inquiry:
    """Let a question arrive, and show it."""
    origin = Origin("trips", "2025-11-25", request_id=2, tool="plan", raw="{}")
    before = len(desk.backend.desk.items)
    desk.asking.append(asyncio.create_task(desk.backend.desk.inquire(FORM, origin, lambda: "gone")))  # type: ignore[arg-type]
    await desk.until(lambda: len(desk.backend.desk.items) > before)
    inquiry = desk.backend.desk.items[-1]
    assert isinstance(inquiry, Inquiry)
    desk.inbox.select(inquiry.id)
    await desk.until(lambda: desk.inbox.pane.is_painted)
    return inquiry


async def test_what_was_edited_is_offered_again_after_the_program_has_ended(tmp_path: Path) -> None:
    async with requested(tmp_path) as desk:
        await desk.ask(ASKED)
        assert "A draft" not in screen_text(desk.app)
        await desk.press("e")
        await desk.pilot.press(*"Please: ")
        await desk.until(files)
        await question(desk)
        await desk.press("e")
        await desk.until(lambda: isinstance(desk.app.focused, Input))
        await desk.pilot.press(*"Ida")  # the end comes at once: what is not written yet is written then
    assert len(files()) == 2

    async with requested(tmp_path) as desk:
        review = await desk.ask(ASKED)
        await desk.until(lambda: "A draft of" in screen_text(desk.app))
        assert "Please:" not in screen_text(desk.app), "nothing is restored unasked"
        await desk.press("d")
        await desk.until(lambda: "Please: Where does it rain?" in screen_text(desk.app))
        await desk.until(lambda: "A draft of" not in screen_text(desk.app))
        inquiry = await question(desk)
        await desk.until(lambda: "A draft of" in screen_text(desk.app))
        await desk.press("d")
        await desk.until(lambda: "Ida" in screen_text(desk.app))
        await desk.press("ctrl+g")
        await desk.until(lambda: not inquiry.phase.is_open and desk.inbox.reviewing.selected == review.id)
        assert len(files()) == 1, "what was sent needs no draft"


async def test_what_was_edited_of_a_response_is_shown_once_it_is_restored(
    tmp_path: Path,
) -> None:
    async with requested(tmp_path) as desk:
        await desk.ask(ASKED)
        await desk.approve(Phase.RESPONSE)
        await desk.press("e")
        await desk.until(lambda: isinstance(desk.app.focused, TextArea))
        await desk.pilot.press(*"Surely. ")
        await desk.until(files)

    async with requested(tmp_path) as desk:
        review = await desk.ask(ASKED)
        await desk.approve(Phase.RESPONSE)
        await desk.until(lambda: "A draft of" in screen_text(desk.app) and desk.app.arming.target)
        assert "Surely." not in screen_text(desk.app)
        await desk.press("d")
        await desk.until(lambda: "│ Surely." in screen_text(desk.app))
        await desk.approve(Phase.DELIVERED)
        assert review.outcome is not None and review.outcome.response is not None
        assert review.outcome.response.text.startswith("Surely.")


async def test_what_was_written_by_hand_is_refused_by_a_second_key_only_and_is_there_when_the_same_is_asked_again(
    tmp_path: Path,
) -> None:
    async with requested(tmp_path) as desk:
        first = await desk.ask(ASKED)
        await desk.press("ctrl+t")
        await desk.until(lambda: isinstance(desk.app.focused, TextArea))
        await desk.pilot.press(*"In Bergen.")
        await desk.press("escape", "ctrl+r")
        await desk.until(lambda: "What you wrote would not be sent" in screen_text(desk.app))
        assert first.outcome is None
        await desk.press("ctrl+r")
        await desk.until(lambda: first.phase is Phase.REJECTED)
        await desk.ask(ASKED)
        await desk.until(lambda: "A draft of" in screen_text(desk.app))
        await desk.press("ctrl+t", "escape", "d")  # the place for it is shown already
        await desk.until(lambda: "In Bergen." in screen_text(desk.app))


async def test_edits_and_half_a_form_are_refused_by_a_second_key_only_and_kept(tmp_path: Path) -> None:
    async with requested(tmp_path) as desk:
        review = await desk.ask(ASKED)
        await desk.press("e")
        await desk.pilot.press(*"Please: ")
        await desk.press("escape", "ctrl+r")
        await desk.until(lambda: "What you edited would not be sent" in screen_text(desk.app))
        assert review.outcome is None
        for between in (("question_mark", "escape"), ("f2", "f1"), ()):  # what was asked for before, counts no more
            await desk.press(*between)
            if not between:
                await desk.pilot.resize_terminal(110, 30)
            await desk.until(lambda: desk.app.arming.target and "would not be sent" not in screen_text(desk.app))
            await desk.press("ctrl+r")
            await desk.until(lambda: "What you edited would not be sent" in screen_text(desk.app))
            assert review.outcome is None
        inquiry = await question(desk)
        await desk.press("e")
        await desk.until(lambda: isinstance(desk.app.focused, Input))
        await desk.pilot.press(*"Ida")
        for key in ("D", "ctrl+r"):  # each asks for itself
            await desk.press("escape", key)
            await desk.until(lambda: "What you filled in would not be sent" in screen_text(desk.app))
            assert inquiry.phase.is_open
        await desk.press("ctrl+r")
        await desk.until(lambda: not inquiry.phase.is_open and desk.inbox.reviewing.selected == review.id)
        assert len(files()) == 2
        await question(desk)
        await desk.until(lambda: "A draft of" in screen_text(desk.app))


async def test_who_rejects_all_of_a_server_is_told_of_their_edits_which_are_kept(tmp_path: Path) -> None:
    async with requested(tmp_path) as desk:
        edited, other = await desk.ask(ASKED), await desk.ask(ASKED | {"maxTokens": 11})
        await desk.press("e")
        await desk.pilot.press(*"Please: ")
        desk.inbox.reviewing.listing.marked.add(other.id)
        await desk.press("escape", "R")
        await desk.until(lambda: "filled in 1 of them" in screen_text(desk.app))
        await desk.until(lambda: "y reject all" in screen_text(desk.app))
        await desk.press("y")
        await desk.until(lambda: {edited.phase, other.phase} == {Phase.REJECTED})
        await desk.until(lambda: "0 wait" in screen_text(desk.app) and "◆" not in screen_text(desk.app))
        assert len(files()) == 1

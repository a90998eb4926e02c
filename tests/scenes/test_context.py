"""A server asks for context, and gets what the person picks: nothing, or exactly the bytes of two resources."""

from pathlib import Path

import pytest
from textual.widgets import OptionList

from tests.support.paths import legacy_sdk_server, modern_sdk_server
from tests.support.screens.app import screen_text, settings_for
from tests.support.screens.person import Desk, seated
from tuui_sampling.history.entry import Kind
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.sampling.request import Message, TextBlock
from tuui_sampling.sampling.review import Review
from tuui_sampling.tui.dialogs.attach import Attach

ONE, TWO = "first\r\nline\t\n \n", "second\u2028line\n\n"


async def asked(desk: Desk, include: str) -> Review:
    """Have the server ask for context, and wait until that is shown."""
    before = len(desk.backend.desk.reviews)
    desk.backend.runs.start("notes", "ask_in_context", {"prompt": "What is new?", "include": include})
    await desk.until(lambda: len(desk.backend.desk.reviews) > before and desk.is_laid_out)
    review = desk.backend.desk.reviews[max(desk.backend.desk.reviews)]
    await desk.until(lambda: desk.inbox.reviewing.selected == review.id and desk.app.arming.target is not None)
    return review


async def picker(desk: Desk) -> OptionList:
    """Open the list of what may be added."""
    await desk.press("at")
    await desk.until(lambda: isinstance(desk.app.screen, Attach) and desk.app.screen.query(OptionList))
    return desk.app.screen.query_one(OptionList)


@pytest.mark.parametrize("line", ["modern SDK", "legacy SDK"])
async def test_a_server_that_asks_for_context_gets_what_was_picked(
    tmp_path: Path, request: pytest.FixtureRequest, line: str
) -> None:
    modern = line == "modern SDK"
    server = modern_sdk_server() if modern else legacy_sdk_server(request.getfixturevalue("legacy_python"))
    async with seated(tmp_path, settings_for(notes=server)) as desk:
        offered = desk.backend.supervisor.servers["notes"]
        await desk.until(lambda: len(offered.offered.resources) == 2)

        review = await asked(desk, "thisServer")
        assert "@ shows what of it you may add" in screen_text(desk.app)
        await picker(desk)
        await desk.press("enter")
        await desk.until(lambda: "Nothing was added" in screen_text(desk.app))
        await desk.approve(Phase.RESPONSE)
        assert review.candidates[0].request.messages == review.asked.messages
        await desk.approve(Phase.DELIVERED)

        review = await asked(desk, "thisServer")
        listed = await picker(desk)
        rows = [str(listed.get_option_at_index(row).prompt) for row in range(listed.option_count)]
        assert [row for row in rows if "notes://" in row] == [
            "[ ] resource notes://one of notes · size not known · one",
            "[ ] resource notes://two of notes · size not known · two",
        ]
        await desk.press("slash", *"notes", "enter")
        for row in (0, 1):
            listed.highlighted = row
            await desk.press("space")
        assert "2 chosen" in screen_text(desk.app)
        await desk.press("enter")
        await desk.until(lambda: "Added 2 blocks" in screen_text(desk.app))
        await desk.until(lambda: "+ added by you: resource notes://one of notes" in screen_text(desk.app))
        await desk.until(lambda: desk.app.arming.target is not None)
        desk.clock.now += 0.2
        await desk.pilot.press("ctrl+g")  # at once: what was added has not been looked at
        await desk.until(lambda: "it has just appeared" in screen_text(desk.app))
        assert review.phase is Phase.REQUEST
        await desk.approve(Phase.RESPONSE)
        added = Message(
            "user",
            (
                TextBlock(f"[resource notes://one of notes]\n{ONE}"),
                TextBlock(f"[resource notes://two of notes]\n{TWO}"),
            ),
            single=False,
        )
        assert review.candidates[-1].request.messages == (added, *review.asked.messages)
        await desk.approve(Phase.DELIVERED)
        entries = await desk.backend.ledger.entries(review.key)
        (approved,) = (one for one in entries if one.kind is Kind.APPROVED)
        assert approved.data["attached"] == ["resource notes://one of notes", "resource notes://two of notes"]

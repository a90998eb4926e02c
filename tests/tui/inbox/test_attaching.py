"""What is added to a request is picked by the person, from whom they allow, and can be left out again."""

from dataclasses import replace
from pathlib import Path

from textual.widgets import Input, OptionList

from tests.policy.values import made_secrets
from tests.support.full_request import params, user
from tests.support.screens.app import is_possible, screen_text
from tests.support.screens.requesting import SETTINGS, requested
from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.frontend.review.redacting import replaced_by
from tuui_sampling.sampling.request import Message, SamplingRequest, TextBlock
from tuui_sampling.servers.state.server import ServerState
from tuui_sampling.tui.dialogs.attach import Attach
from tuui_sampling.tui.dialogs.choose_several import ChooseSeveral

SECRET = made_secrets()[0][1]
SERVERS = {
    "trips": ServerSettings("trips", "x", enabled=False, redact=("secret", "personal")),
    "notes": ServerSettings("notes", "x", enabled=False),
    "mail": ServerSettings("mail", "x", enabled=False, context="never"),
}


def listed(screen: Attach | ChooseSeveral) -> list[str]:
    """Return the rows of a list."""
    rows = screen.query_one(OptionList)
    return [str(rows.get_option_at_index(row).prompt) for row in range(rows.option_count)]


async def test_all_servers_are_asked_for_one_by_one_and_a_file_is_added(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(f"alpha\r\nbob@firm.net {SECRET}".encode())
    async with requested(tmp_path, settings=replace(SETTINGS, servers=SERVERS)) as desk:
        for name, server in desk.backend.supervisor.servers.items():
            server.state, server.instructions = ServerState.READY, f"I am {name}, ann@firm.net."
        review = await desk.ask(params(messages=[user("What is new of ann@firm.net?")], includeContext="allServers"))
        await desk.press("at")
        await desk.until(lambda: isinstance(desk.app.screen, ChooseSeveral) and desk.app.screen.query(OptionList))
        assert isinstance(desk.app.screen, ChooseSeveral)
        assert listed(desk.app.screen) == ["[ ] trips (it asks)", "[ ] notes"]  # never "mail", and none is chosen
        await desk.press("down", "space", "enter")
        await desk.until(lambda: isinstance(desk.app.screen, Attach) and desk.app.screen.query(OptionList))
        assert isinstance(desk.app.screen, Attach)
        offered = ["[ ] instructions of notes · 25 B · ≈ 7 tokens"]
        own = ["[ ] a file …", "[ ] the clipboard", "[ ] what other servers offer …"]
        assert listed(desk.app.screen) == offered + own
        await desk.press("slash", *"zzz", "enter")
        assert listed(desk.app.screen) == own
        desk.app.screen.query_one(Input).value = ""
        await desk.until(lambda: isinstance(desk.app.screen, Attach) and len(listed(desk.app.screen)) == 4)
        for row in (0, 1):
            desk.app.screen.query_one(OptionList).highlighted = row
            await desk.press("space")
        await desk.press("enter")
        await desk.until(lambda: isinstance(desk.app.focused, Input))
        await desk.press(*"gone", "enter")
        await desk.until(lambda: "It can't be added: No such file" in screen_text(desk.app))
        field = desk.app.focused
        assert isinstance(field, Input)
        field.value = str(tmp_path / "a.txt")
        await desk.press("enter")
        await desk.until(lambda: "Added 2 blocks" in screen_text(desk.app))
        draft = desk.inbox.reviewing.edits(review).draft
        assert "Placeholders stand for 3 values in it" in screen_text(desk.app)
        notes = TextBlock("[instructions of notes]\nI am notes, ⟦personal 1⟧.")  # what the request has, too
        file = TextBlock("[file a.txt]\nalpha\r\n⟦personal 2⟧ ⟦secret 1⟧")
        built = draft.build()
        assert isinstance(built, SamplingRequest)
        assert built.messages[0] == Message("user", (notes, file), single=False)
        assert replaced_by(draft) == {
            "⟦personal 1⟧": "ann@firm.net",
            "⟦personal 2⟧": "bob@firm.net",
            "⟦secret 1⟧": SECRET,
        }
        await desk.press("f8")  # the cursor is in the first of them
        built = draft.build()
        assert isinstance(built, SamplingRequest)
        assert built.messages[0].blocks == (file,)
        assert draft.sources == (f"file {tmp_path / 'a.txt'}",)


async def test_nothing_is_added_to_what_a_server_asks_that_may_get_nothing(tmp_path: Path) -> None:
    servers = {"trips": replace(SERVERS["trips"], context="never")}
    async with requested(tmp_path, settings=replace(SETTINGS, servers=servers)) as desk:
        await desk.ask(params(messages=[user("What is new?")]))
        assert not is_possible(desk.app, "attach")

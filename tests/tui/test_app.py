"""What the app itself does: a picture of the screen is only saved once somebody has said where."""

from pathlib import Path

from tests.support.screens.app import NARROW, footer, running, screen_text, wait_until
from tests.support.screens.requesting import WITH_A_PICTURE, requested
from tuui_sampling.config.settings import Settings
from tuui_sampling.tui.dialogs.ask_path import AskPath
from tuui_sampling.tui.widgets.footer import KeyFooter


async def test_a_picture_of_the_screen_is_asked_about_first(tmp_path: Path) -> None:
    async with requested(tmp_path) as desk:
        await desk.ask(WITH_A_PICTURE)
        await desk.press("ctrl+p", *"screenshot")
        await desk.until(lambda: "asks first" in screen_text(desk.app))
        await desk.press("down", "enter")
        await desk.until(lambda: isinstance(desk.app.screen, AskPath))
        assert "It holds all that is shown" in screen_text(desk.app)
        await desk.press("escape")
        await desk.until(lambda: not isinstance(desk.app.screen, AskPath))
        assert [*tmp_path.rglob("*.svg"), *Path.cwd().glob("*.svg")] == []


async def test_a_message_has_rows_of_its_own_below_the_footer_however_many_were_said_before(tmp_path: Path) -> None:
    async with running(Settings(), tmp_path / "r", size=NARROW) as (app, pilot, _backend):
        for number in range(30):
            app.say(f"message {number}")
            await pilot.pause()
        await wait_until(pilot, lambda: "message 29" in screen_text(app).splitlines()[-1])
        await wait_until(pilot, lambda: len(app.screen.query("ToastHolder")) == 1)
        for text, seen in (
            (
                "It has changed:\nserver late: new\n  server old: removed",
                "It has changed: server late: new · server old",
            ),
            ("long words " * 60, "characters)"),
            ("one\ntwo\nthree\nfour", "one · two · three · four"),
            ("hidden \u202e\x1b[2J", "⟪U+202E⟫"),
        ):
            app.say(text)
            await wait_until(pilot, lambda: seen in screen_text(app))  # noqa: B023
            await wait_until(pilot, lambda: "? help" in footer(app))
            *above, keys = screen_text(app).splitlines()[: app.screen.query_one(KeyFooter).region.bottom]
            assert keys.strip() == "? help" and "▌" not in "".join(above), "nothing is covered"
        app.say("over a dialog")
        await pilot.press("question_mark")
        dialog = app.screen.query_one(".dialog")
        app.say("and another")
        await wait_until(pilot, lambda: "▌ and another" in screen_text(app))
        await wait_until(pilot, lambda: dialog.region.bottom < NARROW[1] and dialog.region.height > NARROW[1] // 2)
        app.say.acted()
        await wait_until(pilot, lambda: "▌" not in screen_text(app) and dialog.region.height > NARROW[1] // 2)
        assert "esc closes" in screen_text(app) or "An approval counts" in screen_text(app), "it has its room again"


async def test_a_message_is_shown_to_its_last_word_whatever_its_length(tmp_path: Path) -> None:
    async with running(Settings(), tmp_path / "r", size=NARROW) as (app, pilot, _backend):
        await wait_until(pilot, lambda: "? help" in screen_text(app))
        for length in range(NARROW[0] - 6, NARROW[0] + 2):
            app.say(f"{'word ' * length}"[: length - 6] + (last := f"last{length}"))
            await wait_until(pilot, lambda: last in screen_text(app))

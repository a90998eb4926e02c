"""The keys for what was found stand in the footer where something was found, also in a narrow terminal."""

from pathlib import Path

from tests.policy.values import made_secrets
from tests.support.full_request import params, user
from tests.support.screens.app import NARROW, footer
from tests.support.screens.requesting import requested

SECRET = made_secrets()[0][1]


async def test_the_footer_names_the_keys_for_what_was_found(tmp_path: Path) -> None:
    async with requested(tmp_path, size=NARROW) as desk:
        plain = await desk.ask(params(messages=[user("What is new?")]))
        await desk.until(lambda: "a ask several" in footer(desk.app))
        assert "redact" not in footer(desk.app)
        found = await desk.ask(params(messages=[user(f"Is {SECRET} still used?")]))
        desk.inbox.select(found.id)
        await desk.until(lambda: "f next finding  x redact  Z redact all" in footer(desk.app))
        assert footer(desk.app).strip().endswith("? help"), "the keys for findings take the place of others"
        assert "^G send  ^R reject" in footer(desk.app)
        await desk.press("e")
        await desk.until(lambda: "esc leave" in footer(desk.app))
        assert "finding" not in footer(desk.app), "a letter goes into the text"
        await desk.press("escape")
        await desk.until(lambda: "f next finding" in footer(desk.app))
        await desk.press("Z")
        await desk.until(lambda: "v put back" in footer(desk.app))
        assert "redact" not in footer(desk.app)
        assert "finding" not in footer(desk.app)
        desk.inbox.select(plain.id)
        await desk.until(lambda: "put back" not in footer(desk.app))

"""A call that an agent wants, before the person: what is found in its arguments is redacted by keys, and comes back."""

import asyncio
from pathlib import Path

from tests.policy.values import made_secrets
from tests.support.screens.app import screen_text
from tests.support.screens.requesting import requested
from tuui_sampling.sampling.decision import Settle
from tuui_sampling.sampling.inquiry import ToolCall
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.sampling.request import Json

SECRET = made_secrets()[0][1]
ARGUMENTS: dict[str, Json] = {"q": [f"with {SECRET}"], "to": "ann@firm.net"}


async def test_what_a_call_carries_is_redacted_by_keys_and_comes_back(tmp_path: Path) -> None:
    async with requested(tmp_path) as person:
        asked = ToolCall("notes", "search", ARGUMENTS, review=1, step=1, max_steps=9)
        origin = Origin("notes", "2025-11-25", request_id=1, tool="search", raw="{}")
        asking = asyncio.create_task(person.backend.desk.inquire(asked, origin, lambda: "gone"))
        await person.until(lambda: "in the arguments: secret (high): " in screen_text(person.app))

        def sent() -> Json:
            decision = person.inbox.pane.proposal().decision
            return decision.reply.content if isinstance(decision, Settle) else None

        await person.press("x")
        await person.until(lambda: sent() == {"q": ["with ⟦secret 1⟧"], "to": "ann@firm.net"})
        await person.press("Z")
        await person.until(lambda: sent() == {"q": ["with ⟦secret 1⟧"], "to": "⟦personal 1⟧"})
        await person.press("v")
        await person.until(lambda: sent() == {"q": ["with ⟦secret 1⟧"], "to": "ann@firm.net"})
        await person.press("v")
        await person.until(lambda: sent() == ARGUMENTS)
        await person.press("v")
        await person.until(lambda: "There is no placeholder here" in screen_text(person.app))
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)

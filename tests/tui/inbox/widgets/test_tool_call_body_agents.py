"""An agent at work, in the whole program: what it waits for is said where its request is, and each call is decided."""

from dataclasses import replace
from pathlib import Path

from tests.support.paths import errand_server
from tests.support.screens.app import NARROW, screen_text, settings_for
from tests.support.screens.person import Desk, seated
from tuui_sampling.config.settings import ModelSettings, Settings
from tuui_sampling.sampling.phase import Phase


def settings() -> Settings:
    """Return a configuration whose agent may use two tools of the server that asks."""
    plain = settings_for(demo=errand_server("check_videos", "send_email", "report"))
    worker = ModelSettings("worker", "agent", "demo", servers=("demo",), tools=("demo.check_videos", "demo.send_email"))
    return replace(plain, models={**plain.models, "worker": worker}, default_model="worker")


async def shows(desk: Desk, *words: str) -> None:
    """Wait until all of these words are on the screen, wherever lines end."""
    await desk.until(lambda: all(part in " ".join(screen_text(desk.app).replace("│", " ").split()) for part in words))


async def test_its_calls_are_led_to_decided_and_stopped(tmp_path: Path) -> None:
    async with seated(tmp_path, settings(), NARROW) as desk:
        await desk.call("report", prompt="Check the films.", path=str(tmp_path / "report.txt"))
        inquiries = desk.backend.desk.inquiries
        await shows(desk, "an agent: demo may ask for the tools demo.check_videos, demo.send_email")
        review = await desk.approve(Phase.GENERATING)
        await desk.until(lambda: 2 in inquiries)
        await shows(desk, "your turn: demo › check_videos", "Its agent waits for your decision about #2: ^N")
        await desk.press("ctrl+n")
        await shows(desk, "The agent worker, which answers #1 of demo, wants this call. Step 1 of at most 8.")
        await shows(desk, "^G call ^R refuse D stop the agent", "its model said I call the tool demo__check_videos")
        await desk.press("e", "tab", "n", "o")
        await shows(desk, "your text for the agent would be lost")
        await desk.look()
        await desk.press("ctrl+g")
        assert inquiries[2].phase.is_undecided, "a reason is not taken for a yes"
        await desk.press("ctrl+r")
        await desk.until(lambda: 3 in inquiries)
        assert review.candidate is not None and review.candidate.steps[1].text == "no"
        await desk.press("escape")
        desk.inbox.select(3)  # the next below may be #3 already, or #1 where that has not come yet
        await shows(desk, "demo › send_email", "Step 2 of at most 8.")
        await desk.press("D")
        await desk.until(lambda: review.phase is Phase.RESPONSE)
        await shows(desk, "You stopped the agent at its call of demo › send_email.", "no tool was called to its end")

"""The Inbox over requests that a test puts on the desk itself: no server is started."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.support.screens.app import WIDE, running
from tests.support.screens.person import Clock, Desk
from tuui_sampling.config.settings import InterfaceSettings, ModelSettings, Settings
from tuui_sampling.demo.picture import gradient_png
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.sampling.review import Outcome, Review
from tuui_sampling.sampling.wire import parse_request

PICTURE = {"type": "image", "data": base64.b64encode(gradient_png(32)).decode(), "mimeType": "image/png"}

WITH_A_PICTURE: dict[str, Any] = {
    "messages": [{"role": "user", "content": [{"type": "text", "text": "What is in this picture?"}, PICTURE]}],
    "maxTokens": 200,
}

TOOLS = [
    {
        "name": "get_weather",
        "description": "The weather in a city, now or soon.",
        "inputSchema": {
            "type": "object",
            "properties": {
                "city": {"type": "string", "description": "Its name"},
                "days": {"type": "integer", "minimum": 1},
                "units": {"enum": ["metric", "imperial"]},
            },
            "required": ["city"],
        },
    },
    {"name": "book", "inputSchema": {"type": "object"}},
]

SECOND_TURN: dict[str, Any] = {
    "messages": [
        {"role": "user", "content": {"type": "text", "text": "Plan a trip."}},
        {
            "role": "assistant",
            "content": [
                {"type": "tool_use", "id": "call-1", "name": "get_weather", "input": {"city": "Oslo"}},
                {"type": "tool_use", "id": "call-2", "name": "book", "input": {}},
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "toolUseId": "call-1", "content": [{"type": "text", "text": "rain"}]},
                {
                    "type": "tool_result",
                    "toolUseId": "call-2",
                    "isError": True,
                    "content": [{"type": "text", "text": "no room is left"}, PICTURE],
                },
            ],
        },
    ],
    "maxTokens": 200,
    "tools": TOOLS,
    "toolChoice": {"mode": "auto"},
}


def conversation(turns: int) -> dict[str, Any]:
    """Return so many turns of a conversation about pictures, of which every tenth brings one."""
    questions = ("What is in this picture?", "How would you describe its colours to somebody who can't see them?")
    messages: list[dict[str, Any]] = []
    for turn in range(turns):
        if turn % 2:
            answer = f"Answer {turn}. It goes from a warm red to a cool blue, and some green between.\n\n- red\n- blue"
            messages.append({"role": "assistant", "content": {"type": "text", "text": answer}})
        else:
            text = {"type": "text", "text": questions[turn // 2 % 2]}
            messages.append({"role": "user", "content": [text, PICTURE] if turn % 10 == 0 else text})
    return {"messages": messages, "maxTokens": 400, "systemPrompt": "You describe pictures, kindly and exactly."}


SETTINGS = Settings(
    models={
        "blind": ModelSettings(
            "blind", "openai-compatible", model="text-1", base_url="http://127.0.0.1:9/v1", supports={"images": False}
        ),
        "demo": ModelSettings("demo", "demo"),
    },
    default_model="demo",
    interface=InterfaceSettings(images="blocks"),
)


class Requested(Desk):
    """The program, with a person before it."""

    asking: list[asyncio.Task[Outcome]]

    async def ask(self, params: dict[str, Any], *, server: str = "trips", tool: str = "plan") -> Review:
        """Let a request arrive, and wait until it is shown, whole."""
        before = len(self.backend.desk.reviews)
        origin = Origin(server, "2025-11-25", request_id=1, tool=tool, raw="{}")
        self.asking.append(asyncio.create_task(self.backend.desk.ask(parse_request(params), origin, lambda: "gone")))
        await self.until(lambda: len(self.backend.desk.reviews) > before and self.inbox.is_mounted)
        review = self.backend.desk.reviews[before + 1]
        await self.until(lambda: self.inbox.reviewing.selected != review.id or self.app.arming.target is not None)
        await self.until(lambda: self.is_laid_out)
        return review


@asynccontextmanager
async def requested(
    folder: Path, *, size: tuple[int, int] = WIDE, settings: Settings = SETTINGS
) -> AsyncIterator[Requested]:
    """Run the program without a server."""
    clock = Clock()
    async with running(settings, folder / "record.sqlite3", size=size, clock=clock) as (app, pilot, backend):
        person = Requested(app, pilot, backend, clock)
        person.asking = []
        try:
            yield person
        finally:
            for task in person.asking:
                task.cancel()
            await asyncio.gather(*person.asking, return_exceptions=True)

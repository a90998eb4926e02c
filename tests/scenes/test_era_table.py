"""Each row of the table of servers, run, and held to what a server of that kind has to see."""

from pathlib import Path

import pytest

from tests.scenes.era_table import ANSWER, COLUMNS, ROWS, Row, cells
from tuui_sampling.servers import era_cache

pytestmark = [pytest.mark.process, pytest.mark.node]

REJECTED = "error -1 “User rejected sampling request”"
NOT_SENT = "nothing: the call is not made again"
CRASHED = "nothing; the review is withdrawn: it was ended by SIGKILL"
TAKEN_BACK = "the review is withdrawn: the server cancelled it"

GIVES_UP = {
    "`mcp<2`: `ctx.session.create_message`": "tells us nothing, and ignores the late answer",
    "`mcp` 2.x: `Resolve(Sample(...))`": "never: it waits without limit",
}
"""What is not the rule; else a legacy server takes its request back, and a modern one lets its state expire."""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name.replace("`", ""))
async def test_what_a_server_sees(row: Row, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(era_cache, "_learned", set())
    seen = await cells(row, tmp_path)
    assert tuple(seen) == COLUMNS
    modern = row.protocol == "modern" or ("LEGACY", "reject") in row.env
    era, approve, first, second, gives_up, crash = seen.values()
    assert era == ("modern 2026-07-28" if modern else "legacy 2025-11-25")
    assert approve == f"“{ANSWER}”"
    assert first == second == (NOT_SENT if modern else REJECTED)
    assert crash == CRASHED
    rule = "“the server no longer accepts an answer: its state expired”" if modern else TAKEN_BACK
    assert gives_up.endswith(GIVES_UP.get(row.name, rule))

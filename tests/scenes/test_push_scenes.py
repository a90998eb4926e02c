"""The scenes of `push_scenes`, played quickly: with shorter times."""

from pathlib import Path

import pytest

from tests.scenes.push_scenes import asks_after_it_returned, gives_up, is_kept_waiting
from tests.support.paths import ServerCommand
from tuui_sampling.servers.inbound import timeouts


async def test_a_server_that_asks_after_its_tool_has_returned(typescript_v1: ServerCommand, tmp_path: Path) -> None:
    await asks_after_it_returned(tmp_path, typescript_v1, print, after=0.3)


async def test_a_server_that_is_kept_waiting(
    typescript_v1: ServerCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeouts, "PROGRESS_EVERY", 0.1)
    await is_kept_waiting(tmp_path, typescript_v1, print, timeout=10.0, wait=12.0)  # as below


async def test_a_server_that_gives_up(typescript_v1: ServerCommand, tmp_path: Path) -> None:
    await gives_up(tmp_path, typescript_v1, print, timeout=10, looks=1)  # a busy machine paints seconds late

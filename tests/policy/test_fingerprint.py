"""A server's fingerprint: it changes with whatever is started, wherever that is named from."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.policy.fingerprint import fingerprint


def program(path: Path, text: str) -> Path:
    """Write a program."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.mark.hostile(79)
@pytest.mark.parametrize("command", ["{folder}/bin/tool", "./bin/tool", "bin/tool", "tool"])
def test_another_program_in_its_place_is_another_server(tmp_path: Path, command: str) -> None:
    """As it is started: a path begins in the server's own folder, and a name is looked for on its own PATH."""
    tool = program(tmp_path / "bin" / "tool", "#!/bin/sh\n")
    settings = ServerSettings("s", command.format(folder=tmp_path), cwd=tmp_path, env={"PATH": str(tool.parent)})
    before = fingerprint(settings)
    assert fingerprint(settings) == before
    program(tool, "#!/bin/sh\n# another\n")
    changed = fingerprint(settings)
    assert changed != before
    os.rename(tool, tool.with_name("kept"))
    tool.symlink_to(program(tmp_path / "other", "#!/bin/sh\n# another\n"))
    assert fingerprint(settings) not in (before, changed)


def test_each_setting_that_says_what_is_started_counts(tmp_path: Path) -> None:
    settings = ServerSettings("s", "tool", args=("x",))
    others = [{"command": "tool2"}, {"args": ("x", "y")}, {"cwd": tmp_path}, {"url": "https://a.example"}]
    found = {fingerprint(settings), *(fingerprint(replace(settings, **other)) for other in others)}  # type: ignore[arg-type]
    assert len(found) == 1 + len(others)

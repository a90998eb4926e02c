"""`tuui-sampling run`: servers up without a screen, lines of JSON, until a signal."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT

LIMIT = 60
"""Seconds that the program may take for its first line or its end."""


@pytest.mark.parametrize("decide", ["rules", "reject"])
def test_it_runs_until_a_signal_and_then_ends_well(tmp_path: Path, decide: str) -> None:
    tmp_path.chmod(0o700)
    path = tmp_path / "config.toml"
    path.write_text('[servers.notes]\ncommand = "cat"\nenabled = false\n[models.demo]\nprovider = "demo"\n')
    path.chmod(0o600)
    command = [sys.executable, "-m", "tuui_sampling", "--config", str(path), "run", "--decide", decide]
    environ = os.environ | {"XDG_STATE_HOME": str(tmp_path / "state")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ, cwd=ROOT) as program:
        assert program.stdout is not None
        assert json.loads(program.stdout.readline()) == {"event": "started", "servers": ["notes"]}
        program.send_signal(signal.SIGTERM)
        assert program.wait(LIMIT) == 0

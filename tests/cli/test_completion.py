"""Completion in a shell: the script for each, and the names that it is told."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.program import run, write_config
from tuui_sampling.cli.completion import names
from tuui_sampling.config.tool_names import known_tools, remember_tools, tool_names_file

SHELLS = ("bash", "zsh", "fish")

TRY = """
tuui-sampling() {{ {python} -m tuui_sampling "$@"; }}
source {script}
COMP_WORDS=({words}) COMP_CWORD={last}
_shtab_tuui_sampling tuui-sampling "${{COMP_WORDS[COMP_CWORD]}}"
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Return a configuration of two servers, whose tools are known from an earlier run."""
    path = write_config(tmp_path, models='[models.demo]\nprovider = "demo"\n[models.me]\nprovider = "human"\n')
    path.write_text(path.read_text() + '[servers.other]\ncommand = "cat"\n[servers."$(rm -rf ~)"]\ncommand = "cat"\n')
    remember_tools(
        {"demo": ["generate_poem", "summarize", "$(touch x)", "a b", "-rf"], "other": ["cat"], "gone": ["x"]}
    )
    return path


def test_the_names_are_those_of_the_configuration_and_of_the_server_on_the_line(config: Path) -> None:
    line = ["tuui-sampling", "call", f"--config={config}"]
    assert names("servers", line, os.environ) == ["demo", "other"], "a name that a shell would expand is not told"
    assert names("models", ["--config", str(config)], os.environ) == ["demo", "me"]
    assert names("tools", [*line, "demo", ""], os.environ) == ["generate_poem", "summarize"]
    assert names("tools", line, os.environ) == ["generate_poem", "summarize", "cat"]
    assert names("tools", ["--config", "/nowhere"], os.environ) == []


@pytest.mark.unit
@pytest.mark.parametrize("content", [b"", b"[]", b'{"a": 1, "b": [1, null, "c"]}', b"[" * 100_000], ids=len)
def test_a_broken_memory_is_as_none(content: bytes) -> None:
    tool_names_file().parent.mkdir(parents=True, exist_ok=True)
    tool_names_file().write_bytes(content)
    assert known_tools() in ({}, {"b": ["c"]})
    remember_tools({"one": ["two"]})
    assert known_tools()["one"] == ["two"]


def test_what_a_server_lists_is_remembered(tmp_path: Path) -> None:
    done = run(
        "call", "--config", write_config(tmp_path), "demo", "generate_poem", "--args", json.dumps({"topic": "a"})
    )
    assert done.returncode == 1
    assert "generate_poem" in known_tools()["demo"]
    assert tool_names_file().stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_takes_its_script(shell: str, tmp_path: Path, config: Path) -> None:
    done = run("completion", shell)
    assert done.returncode == 0
    for kind in ("servers", "tools", "models"):
        assert f"complete-names {kind}" in done.stdout
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    script = tmp_path / "script"
    script.write_text(done.stdout)
    subprocess.run([shell, "-n", str(script)], check=True)
    if shell != "bash":
        return
    for words, expected in {
        "tuui-sampling che": ["check"],
        f"tuui-sampling call --config {config} ''": ["demo", "other"],
        f"tuui-sampling call --config {config} demo s": ["summarize"],
        f"tuui-sampling call --config {config} demo summarize --model m": ["me"],
    }.items():
        asked = TRY.format(python=sys.executable, script=script, words=words, last=len(words.split()) - 1)
        told = subprocess.run(["bash", "-c", asked], capture_output=True, text=True, check=True)
        assert told.stdout.split() == expected, (words, told.stderr)

"""The command itself: its help, its imports, its configuration, and how it ends when something breaks."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT, ServerCommand
from tests.support.program import COMMAND, run, running, write_config
from tuui_sampling import __version__
from tuui_sampling.cli import exit_codes
from tuui_sampling.cli.arguments import LISTING
from tuui_sampling.cli.commands import check
from tuui_sampling.cli.main import main

HEAVY = ["mcp", "mcp_types", "anthropic", "openai", "httpx2", "textual", "rich", "asyncio", "pydantic", "platformdirs"]
KEY = "sk-test-0123456789"


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["call", "--help"], ["check", "--help"]])
def test_help_and_version_import_nothing_heavy(arguments: list[str]) -> None:
    code = f"""
import sys
from tuui_sampling.cli.main import main
try:
    main({arguments!r})
except SystemExit as end:
    print("ended with", end.code)
print("heavy:", [name for name in {HEAVY!r} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "ended with 0\nheavy: []" in done.stdout


def test_the_help_gives_examples() -> None:
    top, call = run("--help"), run("call", "--help")
    assert top.returncode == call.returncode == 0
    assert "\n  tuui-sampling demo   " in top.stdout
    assert "--decide rules" in top.stdout
    assert max(map(len, (top.stdout + call.stdout).splitlines())) <= 80, "a terminal would break it within a word"
    assert "3 the server could not be started" in call.stdout


def test_version() -> None:
    assert run("--version").stdout == f"tuui-sampling {__version__}\n"


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["call"], ["call", "demo", "x", "--decide", "maybe"], ["--conf", "x"]]
)
def test_wrong_arguments_are_a_usage_error(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == exit_codes.USAGE
    assert done.stderr.startswith("usage: ")


def test_only_what_is_for_people_is_listed_where_a_command_is_unknown() -> None:
    told = run("nonsense").stderr + run("--help").stdout
    assert "completion" in told
    assert LISTING not in told
    assert run(LISTING, "models").returncode == exit_codes.OK


def test_the_demonstration_takes_no_configuration(tmp_path: Path) -> None:
    assert "needs no configuration" in run("--config", tmp_path / "x", "demo").stderr


def test_the_configuration_may_be_named_before_or_after_the_command(tmp_path: Path) -> None:
    config = write_config(tmp_path, {})
    for arguments in (("--config", config, "check"), ("check", "--config", config)):
        done = run(*arguments)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith(f"ok    config   {config}: 0 servers, 1 model\n")


def test_the_configuration_may_be_named_in_the_environment(tmp_path: Path) -> None:
    config = write_config(tmp_path, {})
    assert str(config) in run("check", TUUI_SAMPLING_CONFIG=str(config)).stdout


@pytest.mark.parametrize("command", [[], ["check"], ["call", "notes", "summarize"]])
def test_every_problem_of_the_configuration_is_told_with_its_place(tmp_path: Path, command: list[str]) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'colour = "blue"\n[interface]\napi_key = "{KEY}"\n')
    config.chmod(0o600)
    done = run("--config", config, *command)
    assert (done.returncode, done.stdout) == (exit_codes.USAGE, "")
    assert f"{config}:1: colour: " in done.stderr
    assert f"{config}:3: interface.api_key: " in done.stderr
    assert KEY not in done.stderr


def test_problems_of_the_configuration_as_json(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('colour = "blue"\n')
    config.chmod(0o600)
    checked, called = run("check", "--config", config, "--json"), run("call", "--config", config, "a", "b", "--json")
    assert checked.returncode == called.returncode == exit_codes.USAGE
    (finding,) = json.loads(checked.stdout)["findings"]
    assert (finding["level"], finding["kind"], finding["key_path"], finding["line"]) == ("fail", "config", "colour", 1)
    assert "colour" in json.loads(called.stdout)["error"]


@pytest.mark.parametrize("command", [[], ["check"]])
def test_without_a_configuration_it_says_where_it_looked_and_what_next(command: list[str]) -> None:
    done = run(*command)
    assert done.returncode == exit_codes.USAGE
    assert f"{os.environ['XDG_CONFIG_HOME']}/tuui-sampling/config.toml" in done.stderr
    assert "tuui-sampling demo" in done.stderr
    assert "tuui-sampling init, or tuui-sampling import" in done.stderr.replace("\n", " ")


@pytest.mark.parametrize("command", [["demo"], []])
def test_the_full_screen_needs_a_terminal(tmp_path: Path, command: list[str]) -> None:
    done = run("--config", write_config(tmp_path)) if not command else run(*command)
    assert (done.returncode, done.stdout) == (exit_codes.USAGE, "")
    assert "needs a terminal" in done.stderr
    assert "\x1b" not in done.stderr


@pytest.mark.hostile(81)
def test_a_bug_is_told_on_one_line_without_its_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check, "run_check", _break)
    assert main(["check"]) == exit_codes.UNEXPECTED
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert "RuntimeError" in told.err
    assert KEY not in told.err


@pytest.mark.hostile(81)
def test_a_bug_is_told_with_its_place_to_who_wants_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check, "run_check", _break)
    monkeypatch.setenv("TUUI_SAMPLING_DEBUG", "1")
    assert main(["check"]) == exit_codes.UNEXPECTED
    told = capsys.readouterr().err
    assert "in _break" in told
    assert KEY not in told


def _break(*_: object, **__: object) -> int:
    raise RuntimeError(f"the key is {KEY}")


def test_a_reader_that_went_away_is_no_error(tmp_path: Path) -> None:
    config = write_config(tmp_path, {})
    with running("check", "--config", config) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait() == exit_codes.BROKEN_PIPE


def test_an_encoding_that_lacks_characters_is_no_error(tmp_path: Path) -> None:
    config = write_config(tmp_path, {"missing": ServerCommand("no-such-command", ())})
    done = run("check", "--config", config, PYTHONIOENCODING="ascii")
    assert done.returncode == exit_codes.NOT_WELL
    assert "was not found \\u2014 check" in done.stdout


def test_it_is_a_module_and_a_command(tmp_path: Path) -> None:
    command = Path(sys.executable).with_name("tuui-sampling")
    if not command.exists():
        pytest.skip("the project is not installed")
    installed = subprocess.run([command, "--version"], capture_output=True, text=True, check=True, cwd=tmp_path)
    module = subprocess.run(
        [sys.executable, *COMMAND, "--version"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert installed.stdout == module.stdout

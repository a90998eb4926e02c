"""Why a server could not be started, in words that say what to correct."""

from pathlib import Path

import pytest

from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.servers.transport.exit_reasons import spawn_failure


@pytest.mark.parametrize(
    ("command", "hint"),
    [
        ("npx -y some-server", 'command = "npx", args = ["-y", "some-server"]'),
        ("uvx  my-server --root '/a b'", 'command = "uvx", args = ["my-server", "--root", "/a b"]'),
        ("python3 -m srv", 'command = "python3", args = ["-m", "srv"]'),
        ("/opt/my tool", 'command = "/opt/my", args = ["tool"]'),
        ("npx", "install Node.js, which brings npx"),
        ("it's", "check `command` in the configuration, and PATH"),
    ],
)
def test_arguments_within_the_command_are_told_where_they_belong(command: str, hint: str) -> None:
    ended = spawn_failure(ServerSettings("one", command), FileNotFoundError(2, "No such file"))
    assert ended.reason == f"the command {command} was not found"
    assert ended.hint.endswith(hint)
    assert ended.permanent


def test_a_command_is_shown_as_it_is_written() -> None:
    settings = ServerSettings("one", "/a/secret/srv", command_as_written="${SECRET}/srv", cwd=Path("/"))
    assert spawn_failure(settings, FileNotFoundError(2, "x")).reason == "the command ${SECRET}/srv was not found"

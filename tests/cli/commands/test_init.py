"""`tuui-sampling init`: the questions on a terminal, and what is written."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.program import run
from tuui_sampling.cli import exit_codes
from tuui_sampling.cli.commands import init
from tuui_sampling.config.load import parse, parse_whatever_is_set
from tuui_sampling.config.settings import Settings

MINE = """\
# mine
[servers.notes]  # of mine
command = "notes"
env = { TOKEN = "${NOTES_TOKEN}" }
"""


def answering(*answers: str) -> Callable[[str], str]:
    """Return what answers the questions in this order, and then no more."""
    left = list(answers)

    def ask(question: str) -> str:
        if not left:
            raise EOFError
        assert left[0] or "nothing" in question or question in ("model: ", "command: "), "what enter takes is said"
        return left.pop(0)

    return ask


def settings_of(*answers: str) -> Settings:
    """Return the configuration that these answers make."""
    return parse(init._questions(answering(*answers)), {}, Path("config.toml"))


def test_nothing_typed_is_the_demonstration_without_a_server() -> None:
    settings = settings_of("", "")
    assert settings.default_model == "demo" and not settings.servers


@pytest.mark.parametrize(("typed", "model"), [("2", "anthropic"), ("ollama", "ollama"), ("99", "demo"), ("x", "demo")])
def test_a_model_is_chosen_by_its_number_or_its_name(typed: str, model: str) -> None:
    answers = (typed, "", "") if model != "demo" else (typed, "1", "")
    assert settings_of(*answers).default_model == model


def test_a_command_is_read_as_a_shell_does_and_asked_for_again_where_it_is_none() -> None:
    (server,) = settings_of("1", "npx 'oops", "npx -y 'a b'").servers.values()
    assert (server.command, server.args) == ("npx", ("-y", "a b"))
    (demo,) = settings_of("1", "demo").servers.values()
    assert demo.args == init.DEMO_COMMAND[1:]


def test_who_ends_the_input_has_written_nothing() -> None:
    with pytest.raises(EOFError):
        settings_of("2")


def test_what_is_there_is_never_written_over(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(MINE + "[models.mine]\nprovider = 'human'\n")
    done = run("--config", config, "init")
    assert done.returncode == exit_codes.USAGE and "tuui-sampling edit" in done.stderr
    assert config.read_text() == MINE + "[models.mine]\nprovider = 'human'\n"


def test_where_there_are_servers_and_no_model_one_is_added_at_the_end_and_nothing_else_is_changed() -> None:
    text = init.with_model(MINE, answering("2", "claude-x"))
    assert text.startswith(MINE)
    settings = parse_whatever_is_set(text, {}, Path("config.toml"))
    assert (list(settings.servers), list(settings.models)) == (["notes"], ["anthropic", "me"])
    assert settings.models["anthropic"].model == "claude-x"


def test_without_a_terminal_nothing_is_asked(tmp_path: Path) -> None:
    done = run("--config", tmp_path / "config.toml", "init")
    assert done.returncode == exit_codes.USAGE and "no terminal" in done.stderr

"""Which file is read; and that none is taken from the current folder."""

from pathlib import Path

import pytest

from tuui_sampling.config.paths import config_file, ledger_file, state_dir


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the home folder that the test has; the current folder is another one, with a configuration in it."""
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    project = tmp_path / "project"
    project.mkdir()
    (project / "config.toml").write_text("")
    monkeypatch.chdir(project)
    return tmp_path / "home"


def test_the_command_line_comes_first() -> None:
    assert config_file(Path("given.toml"), {"TUUI_SAMPLING_CONFIG": "/named.toml"}) == Path("given.toml")


def test_then_the_environment() -> None:
    assert config_file(None, {"TUUI_SAMPLING_CONFIG": "/named.toml"}) == Path("/named.toml")


@pytest.mark.parametrize("environ", [{}, {"TUUI_SAMPLING_CONFIG": ""}])
def test_then_the_users_folder(home: Path, environ: dict[str, str]) -> None:
    found = config_file(None, environ)
    assert found.is_relative_to(home)
    assert (found.parent.name, found.name) == ("tuui-sampling", "config.toml")


def test_the_record_lies_in_the_users_state(home: Path) -> None:
    assert state_dir().is_relative_to(home)
    assert state_dir().name == "tuui-sampling"
    assert ledger_file() == state_dir() / "ledger.sqlite3"
    assert not state_dir().exists()

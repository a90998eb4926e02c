"""Roots as they are written in the configuration, or typed."""

from pathlib import Path

import pytest

from tuui_sampling.config.load import ConfigError, parse
from tuui_sampling.config.roots import read_root, read_roots

BASE = Path("/etc/tuui")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/srv/data", "/srv/data"),
        ("data", "/etc/tuui/data"),
        (" ../notes/./x ", "/etc/notes/x"),
        ("file:///srv/my%20data", "/srv/my data"),
        ("file://localhost/srv", "/srv"),
        ("~/src", "HOME/src"),
    ],
)
def test_each_way_to_write_a_root(text: str, path: str) -> None:
    assert read_root(text, BASE) == Path(path.replace("HOME", str(Path.home())))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "must not be empty"),
        ("a\x1bb", "control characters"),
        ("https://example.com/x", "a folder of this computer"),
        ("file://elsewhere/x", "a folder of this computer"),
        ("file:///%ff", "expected a URI"),
        ("file://", "expected a URI"),
        ("~nobody-is-called-this/x", "no such user"),
    ],
)
def test_what_is_no_root_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_root(text, BASE)


def test_several_come_in_order_and_once() -> None:
    assert read_roots(["b", "a", "b/"], BASE) == (BASE / "b", BASE / "a")
    with pytest.raises(ValueError, match="number 2: a root must not be empty"):
        read_roots(["a", ""], BASE)


def test_the_configuration_names_them_relative_to_its_folder() -> None:
    text = '[servers.x]\ncommand = "x"\nroots = ["src", "file:///srv"]\n'
    assert parse(text, {}, BASE / "config.toml").servers["x"].roots == (BASE / "src", Path("/srv"))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ('["http://x"]', "servers.x.roots: number 1: a root is a folder"),
        ('"src"', "servers.x.roots: expected an array of strings"),
    ],
)
def test_the_configuration_says_what_is_wrong(value: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        parse(f'[servers.x]\ncommand = "x"\nroots = {value}\n', {}, BASE / "config.toml")

"""What two configurations differ in, in words."""

from pathlib import Path

import pytest

from tuui_sampling.config.changes import AT_START, compare, different_keys, newly_unusable, running_as
from tuui_sampling.config.load import load, parse
from tuui_sampling.config.settings import ServerSettings, Settings

pytestmark = pytest.mark.unit

BEFORE = """
default_model = "local"
[servers.notes]
command = "notes"
args = ["--folder", "${HOME}"]
[servers.old]
command = "old"
[models.local]
provider = "openai-compatible"
model = "m"
base_url = "http://127.0.0.1:1/v1"
[[rules]]
deny = "nothing from old"
server = "old"
"""

CASES = {
    "nothing": ("", "", ()),
    "a comment, a blank line": ("[servers.notes]", "\n# a comment\n[servers.notes]", ()),
    "a server that is new": ("[models.local]", '[servers.new]\ncommand = "x"\n[models.local]', ("server new: new",)),
    "a server that is gone": ('[servers.old]\ncommand = "old"', "", ("server old: no longer configured",)),
    "what holds from the start": ('"--folder"', '"--other"', ("server notes: args, from its next start",)),
    "what holds at once": ('command = "notes"', 'command = "notes"\nmax_pending = 3', ("server notes: max_pending",)),
    "both": (
        'command = "notes"',
        'command = "other"\nredact = ["secret"]\ncwd = "/"',
        ("server notes: command, cwd, from its next start", "server notes: redact"),
    ),
    "a model": ("127.0.0.1:1", "127.0.0.1:2", ("model local: base_url",)),
    "a model that is new": ("[[rules]]", '[models.me]\nprovider = "human"\n[[rules]]', ("model me: new",)),
    "a rule": ('server = "old"', 'server = "notes"', ("rules: 1 changed",)),
    "a rule that is new": ("[[rules]]", '[[rules]]\nask = "more"\n[[rules]]', ("rules: 1 new",)),
    "the screen": ("[[rules]]", "[interface]\nbell = false\n[[rules]]", ("interface: bell",)),
    "the preset": ('default_model = "local"', 'policy = "locked"', ("policy",)),
}


@pytest.mark.parametrize(("old", "new", "lines"), CASES.values(), ids=CASES)
def test_what_is_different_is_said_without_a_value(old: str, new: str, lines: tuple[str, ...]) -> None:
    assert old in BEFORE
    before, after = (parse(text, {"HOME": "/home/a"}, Path("c.toml")) for text in (BEFORE, BEFORE.replace(old, new, 1)))
    assert compare(before, after).lines == lines


def test_a_variable_of_another_value_is_a_difference_and_its_value_is_not_told() -> None:
    before, after = (parse(BEFORE, {"HOME": home}, Path("c.toml")) for home in ("/home/a", "/home/secret"))
    assert compare(before, after).lines == ("server notes: args, from its next start",)


def test_a_server_that_runs_keeps_what_it_was_started_with_and_takes_over_the_rest() -> None:
    running = ServerSettings("notes", "old", ("a",), args_as_written=("b",), max_pending=20, secrets=frozenset({"s"}))
    wanted = ServerSettings("notes", "new", ("c",), args_as_written=("d",), max_pending=3, env={"A": "b"})
    now = running_as(running, wanted)
    assert (now.command, now.args, now.args_as_written, now.env) == ("old", ("a",), ("b",), {})
    assert (now.max_pending, now.secrets) == (3, frozenset({"s"}))
    assert set(different_keys(now, wanted)) <= AT_START


WRONG = 'args = ["--folder", "${GONE}"]'
USABLE = {
    "one that was good": (BEFORE, BEFORE.replace('args = ["--folder", "${HOME}"]', WRONG), ["servers.notes.args[1]"]),
    "a model that was good": (BEFORE, BEFORE.replace('"http://127.0.0.1:1/v1"', '"x"'), ["models.local.base_url"]),
    "one that is new": (BEFORE, f'{BEFORE}[servers.new]\ncommand = "x"\n{WRONG}\n', []),
    "one that was no better": (BEFORE.replace('"${HOME}"', '"${GONE}"'), BEFORE.replace('"${HOME}"', '"${LOST}"'), []),
}


@pytest.mark.parametrize(("before", "after", "keys"), USABLE.values(), ids=USABLE)
def test_what_is_good_and_could_not_be_used_any_more(before: str, after: str, keys: list[str], tmp_path: Path) -> None:
    assert [one.key_path for one in newly_unusable(read(tmp_path, before), read(tmp_path, after))] == keys


def test_what_can_not_be_used_is_told_and_so_is_that_it_can_be(tmp_path: Path) -> None:
    good = read(tmp_path, BEFORE)
    new = read(tmp_path, f'{BEFORE}[servers.new]\ncommand = "x"\nmax_pendng = 3\n')
    moved = read(tmp_path, f'# a line more\n{BEFORE}[servers.new]\ncommand = "x"\nmax_pendng = 3\n')
    mended = read(tmp_path, f'{BEFORE}[servers.new]\ncommand = "x"\n')
    unknown = 'max_pendng: unknown key (did you mean "max_pending"?)'
    assert compare(good, new).lines == (f"server new: can't be used: line 17: {unknown}", "server new: new")
    assert compare(new, moved).lines == ()
    assert compare(new, mended).lines == ("server new: what was wrong with it, from its next start",)


def read(folder: Path, text: str) -> Settings:
    """Return the configuration of this text, read as the program does."""
    path = folder / "config.toml"
    path.write_text(text)
    path.chmod(0o600)
    return load(path, {"HOME": "/home"})

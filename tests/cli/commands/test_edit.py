"""`tuui-sampling edit`: what an editor left is checked before it takes the place of the configuration."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.limits import LIMIT
from tests.support.paths import ROOT
from tests.support.program import COMMAND, run
from tests.support.terminal.terminal import Terminal
from tuui_sampling.cli import exit_codes
from tuui_sampling.config.trust import is_trusted, trust

GOOD = '[models.demo]\nprovider = "demo"\n'
BAD = '[models.demo]\nprovder = "demo"\n'


def editor(folder: Path, *texts: bytes, code: int = 0) -> str:
    """Return an editor that leaves one of these at each run, in this order."""
    for number, text in enumerate(texts):
        (folder / f"text{number}").write_bytes(text)
    script = folder / "editor.py"
    script.write_text(
        "import pathlib, sys\n"
        f"folder = pathlib.Path({json.dumps(str(folder))})\n"
        "left = sorted(folder.glob('text*'))\n"
        "if left: pathlib.Path(sys.argv[1]).write_bytes(left[0].read_bytes()); left[0].unlink()\n"
        f"sys.exit({code})\n"
    )
    return f"{sys.executable} {script}"


def config(folder: Path, text: str = GOOD) -> Path:
    """Return a configuration that nobody else can write."""
    folder.chmod(0o700)
    path = folder / "config.toml"
    path.write_text(text)
    path.chmod(0o600)
    return path


CASES = {
    "as it was": (None, 0, exit_codes.OK, GOOD, "Nothing was changed"),
    "good": (b"# more\n" + GOOD.encode(), 0, exit_codes.OK, "# more\n" + GOOD, "Written to"),
    "wrong, and nobody to ask": (BAD.encode(), 0, exit_codes.USAGE, GOOD, 'did you mean "provider"?'),
    "wrong in a part": (BAD.encode(), 0, exit_codes.USAGE, GOOD, "not all of the configuration can be used"),
    "no text": (b"\xff\xfe\x00", 0, exit_codes.USAGE, GOOD, "no UTF-8 text"),
    "an editor that failed": (b"# more\n", 3, exit_codes.USAGE, GOOD, "ended with code 3"),
}


@pytest.mark.parametrize(("left", "code", "ends", "stands", "said"), CASES.values(), ids=CASES)
def test_what_is_left_is_checked(
    tmp_path: Path, left: bytes | None, code: int, ends: int, stands: str, said: str
) -> None:
    path = config(tmp_path)
    done = run("edit", "--config", path, VISUAL="", EDITOR=editor(tmp_path, *([left] if left else []), code=code))
    assert (done.returncode, path.read_text()) == (ends, stands)
    assert said in done.stderr
    assert path.stat().st_mode & 0o777 == 0o600


UNSET = GOOD + '[servers.web]\nurl = "https://example.com/mcp"\nheaders = { A = "${NOWHERE_SET}" }\n'
ODD = GOOD + '[servers.web]\nurll = "x"\n'


@pytest.mark.parametrize("before", [UNSET, ODD])
@pytest.mark.parametrize("after", ["# more\n", ""])
def test_what_is_not_set_or_was_wrong_before_is_told_and_not_asked_about(
    tmp_path: Path, before: str, after: str
) -> None:
    path = config(tmp_path, before)
    done = run("edit", "--config", path, EDITOR=editor(tmp_path, (after + before).encode()), VISUAL="")
    assert (done.returncode, path.read_text()) == (exit_codes.OK, after + before)
    assert "servers.web" in done.stderr and "all is well" not in done.stderr
    done = run("edit", "--config", path, EDITOR=editor(tmp_path, before.replace("[models", "[modls").encode()))
    assert (done.returncode, path.read_text()) == (exit_codes.USAGE, after + before), "but what is wrong since"


UNUSABLE = {
    "an editor that failed": (b"# typed\n" + GOOD.encode(), 3),
    "another encoding": ("# typed \u00e9\n".encode("latin-1") + GOOD.encode(), 0),
    "a mistake, and nobody to ask": (b"# typed\n" + BAD.encode(), 0),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_what_was_typed_and_can_not_be_used_is_kept_and_offered_again(tmp_path: Path, case: str) -> None:
    path, (typed, code) = config(tmp_path), UNUSABLE[case]
    state = {"VISUAL": "", "XDG_STATE_HOME": str(tmp_path / "state")}
    done = run("edit", "--config", path, EDITOR=editor(tmp_path, typed, code=code), **state)
    assert "What you typed is kept, and is there again the next time." in done.stderr
    assert path.read_text() == GOOD
    (kept,) = (tmp_path / "state").rglob("unsaved/*")
    assert (kept.read_bytes(), kept.stat().st_mode & 0o777) == (typed, 0o600)
    seen = tmp_path / "seen"
    look = tmp_path / "look.py"
    look.write_text(
        "import pathlib, sys\nfile = pathlib.Path(sys.argv[1])\n"
        f"pathlib.Path({str(seen)!r}).write_bytes(file.read_bytes())\nfile.write_text({GOOD + '# mended'!r})\n"
    )
    done = run("edit", "--config", path, EDITOR=f"{sys.executable} {look}", **state)
    assert "What you typed the last time is there again." in done.stderr
    assert seen.read_bytes() == typed
    assert (done.returncode, path.read_text()) == (exit_codes.OK, GOOD + "# mended")
    assert list((tmp_path / "state").rglob("unsaved/*")) == []


def test_without_a_configuration_or_an_editor_it_says_what_to_do(tmp_path: Path) -> None:
    done = run("edit", "--config", tmp_path / "none.toml")
    assert done.returncode == exit_codes.USAGE and "tuui-sampling init" in done.stderr
    done = run("edit", "--config", config(tmp_path), VISUAL="", EDITOR="/no/editor")
    assert done.returncode == exit_codes.USAGE and "set $EDITOR" in done.stderr


def test_a_link_stays_one_and_what_it_leads_to_is_written(tmp_path: Path) -> None:
    path = config(tmp_path)
    link = tmp_path / "link.toml"
    link.symlink_to(path)
    done = run("edit", "--config", link, VISUAL=editor(tmp_path, b"# new\n" + GOOD.encode()))
    assert done.returncode == exit_codes.OK, done.stderr
    assert link.is_symlink() and path.read_text().startswith("# new")


def test_on_a_terminal_it_is_asked_what_to_do_about_a_problem(tmp_path: Path) -> None:
    path = config(tmp_path)
    environ = os.environ | {"VISUAL": editor(tmp_path, BAD.encode(), b"# mended\n" + GOOD.encode())}
    terminal = Terminal([sys.executable, *COMMAND, "edit", "--config", str(path)], environ, ROOT, (100, 24))
    try:
        terminal.wait_for("[e]dit again", LIMIT)
        assert path.read_text() == GOOD
        terminal.send("e\n")
        assert terminal.end(LIMIT) == exit_codes.OK
    finally:
        terminal.close()
    assert path.read_text().startswith("# mended")


def test_run_takes_a_configuration_over_that_was_edited(tmp_path: Path) -> None:
    path = config(tmp_path)
    command = [sys.executable, *COMMAND, "--config", str(path), "run"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT) as program:
        assert program.stdout is not None
        try:
            assert json.loads(program.stdout.readline())["event"] == "started"
            path.write_text(BAD)
            assert json.loads(program.stdout.readline())["event"] == "not reloaded"
            done = run("edit", "--config", path, VISUAL=editor(tmp_path, b'policy = "locked"\n' + GOOD.encode()))
            assert done.returncode == exit_codes.OK, done.stderr
            assert json.loads(program.stdout.readline()) == {"event": "reloaded", "changes": ["policy"]}
        finally:
            program.terminate()
            program.wait(LIMIT)


@pytest.mark.parametrize("was_trusted", [True, False])
def test_78_a_project_s_file_is_trusted_after_an_edit_as_it_was_before(tmp_path: Path, was_trusted: bool) -> None:
    (tmp_path / ".git").mkdir()
    before = '[servers.s]\ncommand = "true"\n'
    path = config(tmp_path, before)
    if was_trusted:
        trust(path, before)
    done = run("edit", "--config", path, VISUAL="", EDITOR=editor(tmp_path, f"{before}# more\n".encode()))
    assert done.returncode == exit_codes.OK
    assert is_trusted(path, path.read_text()) is was_trusted

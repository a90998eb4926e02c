"""A round trip through the person's own editor, in the real terminal."""

import sys
import time
from pathlib import Path

from tests.support.paths import SERVERS, ServerCommand
from tests.support.terminal.program import demo, running, wait_until, write_config

ASKING = ServerCommand(sys.executable, (str(SERVERS / "asking_server.py"),))


def write_editor(folder: Path, body: str) -> str:
    """Write a shell script to be used as an editor, and return its path."""
    path = folder / "an-editor"
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o700)
    return str(path)


def test_what_the_editor_wrote_is_in_the_text(tmp_path: Path) -> None:
    editor = write_editor(tmp_path, "printf ' Written elsewhere.' >> \"$1\"")
    with demo(tmp_path, environ={"EDITOR": editor}) as program:
        program.edit("A", before="Write a poem")
        program.press("ctrl+o")
        program.wait_for("elsewhere.")  # which may stand in the next row
        assert "AWrite a poem about the sea" in program.screen
        program.approve(until="your turn: the response")


def test_a_request_that_arrives_while_the_editor_is_open_is_there_afterwards(tmp_path: Path) -> None:
    opened, go_on = tmp_path / "opened", tmp_path / "go-on"
    editor = write_editor(
        tmp_path,
        f"echo; echo 'THE EDITOR IS OPEN'; touch {opened}; while [ ! -e {go_on} ]; do sleep 0.05; done\n"
        "printf ' Written elsewhere.' >> \"$1\"",
    )
    config = write_config(tmp_path, asking=ASKING)
    with running("--config", config, cwd=tmp_path, environ={"EDITOR": editor}) as program:
        program.wait_for("1 of 1 server")
        program.choose_tool("ask_twice")
        program.press("enter")
        program.wait_for(program.is_typing)
        program.send(str(opened))
        program.press_until("1 pending", "ctrl+g")
        program.press_until("the first", "f1")
        program.edit("")
        program.press_until("THE EDITOR IS OPEN", "ctrl+o")
        assert 1049 not in program.emulator.modes  # the editor has the terminal as any program has it
        wait_until(
            lambda: program.kinds("ledger.sqlite3") == ["received", "received"], "the second request", time.sleep
        )
        go_on.touch()
        program.wait_for("the first Written elsewhere.")
        program.wait_for("2 pending")
        program.press_until("the second", "ctrl+n")
        assert program.kinds("ledger.sqlite3") == ["received", "received"]


def test_an_editor_that_is_missing_is_said_to_be(tmp_path: Path) -> None:
    with demo(tmp_path, environ={"EDITOR": str(tmp_path / "no-such-editor")}) as program:
        program.edit("A", before="Write a poem")
        program.press("ctrl+o")
        program.wait_for_words("can't be run")
        program.send("B")
        program.wait_for("ABWrite a poem about the sea")


def test_an_editor_that_fails_changes_nothing(tmp_path: Path) -> None:
    editor = write_editor(tmp_path, "printf 'nonsense' > \"$1\"; exit 3")
    with demo(tmp_path, environ={"EDITOR": editor}) as program:
        program.edit("A", before="Write a poem")
        program.press_until("ended with code 3", "ctrl+o")
        program.wait_for("AWrite a poem about the sea")

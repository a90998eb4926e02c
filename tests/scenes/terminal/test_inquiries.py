"""The questions of server-everything, answered on the keyboard of a real terminal."""

import re
from pathlib import Path

import pytest

from tests.support.paths import ServerCommand
from tests.support.terminal.program import WIDE, Program, running, write_config

TALL = (120, 80)
"""Cells in which the whole form is seen at once."""


def call(program: Program, tool: str, *typed: str) -> None:
    """Call a tool of the first server with what is typed into its fields, and go to the Inbox."""
    program.choose_tool(tool)
    for number, text in enumerate(typed):
        program.press("enter" if number == 0 else "tab")
        if number == 0:
            program.wait_for(program.is_typing)
        program.send(text)
        program.wait_for(text)
    program.press_until("1 pending", "ctrl+g")
    program.press_until("your turn", "f1")


def go_on_to(program: Program, text: str) -> None:
    """Press tab, and wait until the field that shows a text is drawn as the one that has the cursor."""
    without_cursor = program.emulator.style_of(text)
    program.press("tab")
    program.wait_for(lambda: program.emulator.style_of(text) not in (None, without_cursor))


def fill_in(program: Program) -> None:
    """Go through all thirteen fields, and change most of them."""
    program.press("e")
    program.wait_for(program.is_typing)
    program.send("Ada Lovelace")
    program.wait_for("Ada Lovelace")
    program.press("tab", "enter")  # the choice of yes, no or nothing
    program.wait_for(lambda: re.search(r"not set +▲", program.screen))
    program.press("down", "enter")
    program.wait_for(lambda: re.search(r"\byes +▼", program.screen) and not program.is_typing())
    go_on_to(program, "It was a dark and stormy night.")
    for before, text in (
        ("an email address", "ada@example.com"),
        ("an address such as https://example.com", "https://example.com/ada"),
        ("a date as 2026-12-31", "1815-12-10"),
    ):
        go_on_to(program, before)
        program.send(text)
        program.wait_for(text)
    for before, empty, text in (("  42", "1 to 100", "7"), ("  3.14", "0 to 1,000", "2.5")):
        go_on_to(program, before)
        program.press_until(empty, "end", *["backspace"] * 4)
        program.send(text)
        program.wait_for(lambda: re.search(rf"┃ +{re.escape(text)} *┃$", program.screen, re.MULTILINE))  # noqa: B023
    go_on_to(program, "Monica")
    go_on_to(program, "Guitar")
    program.press("down", " ")
    program.wait_for("▐X▌ Piano")
    go_on_to(program, "Superman")
    go_on_to(program, "Tuna")
    program.press("down", " ")
    program.wait_for("▐X▌ Salmon")
    go_on_to(program, "Cats")


def test_the_thirteen_fields_of_server_everything(tmp_path: Path, server_everything: ServerCommand) -> None:
    config = write_config(tmp_path, everything=server_everything)
    with running("--config", config, cwd=tmp_path, size=TALL) as program:
        program.wait_for("1 of 1 server")
        call(program, "trigger-elicitation-request")
        program.wait_for("String: required")
        fill_in(program)
        program.approve(until="accepted: the server has “accept”")
        program.press_until("done in", "f2")
        for said in ("Name: Ada Lovelace", "Agreed to terms: true", "Favorite Integer: 7", "Favorite Number: 2.5"):
            program.wait_for(said)
        for chosen in ('"ada@example.com"', '"Monica"', '"Piano"', '"hero-1"', '"fish-2"', '"pet-1"'):
            program.wait_for(chosen)
        program.press("ctrl+q")
        assert program.end() == 0
    assert program.kinds("ledger.sqlite3") == ["received", "accepted"]


@pytest.mark.parametrize("accepts", [True, False])
def test_the_page_of_server_everything(tmp_path: Path, server_everything: ServerCommand, accepts: bool) -> None:
    config = write_config(tmp_path, everything=server_everything)
    with running("--config", config, cwd=tmp_path, size=WIDE, environ={"BROWSER": "/nowhere/browser"}) as program:
        program.wait_for("1 of 1 server")
        call(program, "trigger-url-elicitation", "https://example.com/visit")
        program.wait_for("tells the server that you agree")
        assert "host    example.com" in program.screen
        if accepts:
            program.approve(until="accepted: the server has “accept”")
        else:
            program.refuse(until="declined: the server has “decline”")
        program.press_until("done in", "f2")
        program.wait_for("User completed the URL elicitation flow" if accepts else "User declined to open the URL")
        program.press("ctrl+q")
        assert program.end() == 0


def test_the_roots_of_server_everything(tmp_path: Path, server_everything: ServerCommand) -> None:
    config = Path(write_config(tmp_path, everything=server_everything))
    config.write_text(f'{config.read_text()}\nroots = ["notes"]\n')
    with running("--config", str(config), cwd=tmp_path) as program:
        program.wait_for("1 of 1 server")
        program.press("f1")
        program.wait_for("shares 1 of 1 root")  # it asks as soon as it is up
        program.approve(until="shared: the server knows 1 of 1 root")
        program.choose_tool("get-roots-list")
        program.press_until("done in", "ctrl+g")
        program.wait_for("Current MCP Roots (1 total):")
        program.wait_for((tmp_path / "notes").as_uri()[:50])
        program.press("ctrl+q")
        assert program.end() == 0

"""
Pictures in a real terminal, without a question to the terminal.

Pictures are rows like texts, so that it can be told whether they have been on the screen, in every way to draw them.
"""

from pathlib import Path

import pytest

from tests.support.paths import demo_server
from tests.support.terminal.program import DEMO_MODEL, Program, running, write_config

QUERIES = (b"\x1b[16t", b"\x1b[c", b"\x1b_Gi=1,s=1", b"a=q")
"""What asks a terminal for its cell's size, and for the graphics that it knows."""


@pytest.mark.parametrize(("drawing", "drawn"), [("kitty", "\U0010eeee".encode()), ("sixel", b"\x1bP"), ("off", None)])
def test_a_picture_gets_onto_the_terminal(tmp_path: Path, drawing: str, drawn: bytes | None) -> None:
    config = write_config(tmp_path, f'{DEMO_MODEL}\n[interface]\nimages = "{drawing}"\n', demo=demo_server())
    with running("--config", config, cwd=tmp_path) as program:
        call_for_a_picture(program)
        program.wait_for("32×32 PNG")
        if drawn is not None:
            program.wait_for(lambda: drawn in program.output)
        program.press_until("rejected: no model was asked", "ctrl+r")
        assert not [query for query in QUERIES if query in program.output]
        if drawn is None:
            assert "▀".encode() not in program.output
        program.press("q")
        assert program.end() == 0


def call_for_a_picture(program: Program) -> None:
    """Have the demonstration server ask about its picture, and show the request."""
    program.press_until("● demo", "f2")
    program.choose_tool("describe_image")
    program.press("ctrl+g")
    program.press_until("your turn: the request", "f1")

"""What is chosen about the screen is remembered in a private file; a damaged one is as none."""

import stat
from pathlib import Path

import pytest

from tuui_sampling.frontend.remembered import MAX_BYTES, Remembered


def test_a_value_is_there_again_the_next_time(tmp_path: Path) -> None:
    file = tmp_path / "state" / "interface.json"
    now = Remembered(file)
    assert now.number("width", 10, 90) is None
    now.set("width", 44)
    now.set("theme", "nord")
    again = Remembered(file)
    assert (again.number("width", 10, 90), again.text("theme")) == (44, "nord")
    assert (again.number("width", 50, 90), again.number("theme", 0, 1), again.text("width")) == (50, None, None)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b'{"width": []}', b"[" * 9_000, b" " * MAX_BYTES + b"{}"])
def test_what_is_damaged_is_as_none_and_is_mended(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "interface.json"
    file.write_bytes(content)
    assert Remembered(file).number("width", 10, 90) is None
    Remembered(file).set("width", 20)
    assert Remembered(file).number("width", 10, 90) == 20

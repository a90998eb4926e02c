"""The clipboard is read by what the desktop has for it, and is nothing where there is none."""

from pathlib import Path

import pytest

from tuui_sampling.frontend.context.clipboard import read_clipboard, way_to_read


def installed(folder: Path, name: str, script: str) -> None:
    """Install a program."""
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


@pytest.mark.parametrize(
    ("programs", "variables", "found"),
    [
        ((), {"DISPLAY": ":0"}, None),
        (("xclip", "xsel", "wl-paste"), {}, None),
        (("xclip", "xsel", "wl-paste"), {"DISPLAY": ":0"}, "xclip"),
        (("xsel",), {"DISPLAY": ":0"}, "xsel"),
        (("xclip", "wl-paste"), {"DISPLAY": ":0", "WAYLAND_DISPLAY": "w"}, "wl-paste"),
        (("pbpaste",), {}, "pbpaste"),
    ],
)
def test_which_program_reads_it(
    tmp_path: Path, programs: tuple[str, ...], variables: dict[str, str], found: str | None
) -> None:
    for name in programs:
        installed(tmp_path, name, "exit 0")
    way = way_to_read({"PATH": str(tmp_path)} | variables)
    assert (Path(way[0]).name if way else None) == found


@pytest.mark.process
@pytest.mark.parametrize(
    ("script", "text"),
    [("printf 'a\\n b'", "a\n b"), ("exit 1", None), ("printf '\\377'", None)],
)
async def test_its_text_is_read(tmp_path: Path, script: str, text: str | None) -> None:
    installed(tmp_path, "pbpaste", script)
    assert await read_clipboard({"PATH": str(tmp_path)}) == text

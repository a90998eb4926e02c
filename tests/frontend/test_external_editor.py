"""Editing in the person's own editor: what comes back is what was there, but for what was changed."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tuui_sampling.cli.prompts.editor import on_terminal
from tuui_sampling.cli.signals import Shutdown
from tuui_sampling.frontend.external_editor import EditingFailed, at_line, edit, edit_request, editor_command
from tuui_sampling.sampling.request import ImageBlock, Message, SamplingRequest, TextBlock

pytestmark = pytest.mark.process

NOTHING = "pass"
HIDDEN = [
    "a\u202eb",
    "\x1b[31m",
    "⟪U+202E⟫",
    "one\r\ntwo\r\n",
    "one\rtwo\n",
    "",
    "\n\n",
    "no end",
    "an end\n",
    "\ud800",
]
PICTURE = ImageBlock("aGVsbG8=", "image/png")


def editor(folder: Path, code: str) -> Mapping[str, str]:
    """Return an environment whose editor is a piece of Python: it finds the file's text in `text`."""
    script = folder / "the editor.py"
    script.write_text(
        "import pathlib, sys\npath = pathlib.Path(sys.argv[1])\ntext = path.read_bytes().decode()\n"
        f"{code}\npath.write_bytes(text.encode())\n"
    )
    return os.environ | {"EDITOR": f"{sys.executable} '{script}'"}


async def edited_request(environ: Mapping[str, str], request: SamplingRequest) -> SamplingRequest:
    """Edit a request."""
    with Shutdown() as ending:
        return await edit_request(request, environ, on_terminal(environ, ending))


async def edited(environ: Mapping[str, str], *texts: str) -> list[str]:
    """Edit texts that are called one, two and so on."""
    with Shutdown() as ending:
        return await edit(
            [(f"text {number}", text) for number, text in enumerate(texts)], environ, on_terminal(environ, ending)
        )


@pytest.mark.parametrize("text", HIDDEN)
async def test_an_untouched_text_is_the_same_object(tmp_path: Path, text: str) -> None:
    (same,) = await edited(editor(tmp_path, NOTHING), text)
    assert same is text


async def test_several_untouched_texts_are_the_same_objects(tmp_path: Path) -> None:
    same = await edited(editor(tmp_path, NOTHING), *HIDDEN)
    assert all(one is other for one, other in zip(same, HIDDEN, strict=True))


async def test_what_is_hidden_stays_in_a_text_that_was_changed(tmp_path: Path) -> None:
    got = await edited(
        editor(tmp_path, 'assert "\\x1b" not in text\ntext = text.replace("hello", "bye")'), "hello \x1b[0m\u202e"
    )
    assert got == ["bye \x1b[0m\u202e"]


async def test_each_of_several_texts_is_changed_in_its_place(tmp_path: Path) -> None:
    got = await edited(editor(tmp_path, 'text = text.replace("Q", "y\\n")'), "a", "Q", "c")
    assert got == ["a", "y\n", "c"]


async def test_an_editor_that_adds_the_last_newline_changes_nothing(tmp_path: Path) -> None:
    assert await edited(editor(tmp_path, "text = text.rstrip() + chr(10)"), "a", "b") == ["a", "b"]


async def test_everything_may_be_deleted(tmp_path: Path) -> None:
    assert await edited(editor(tmp_path, 'text = ""'), "a") == [""]


async def test_a_text_can_not_pose_as_a_heading(tmp_path: Path) -> None:
    forged = "--- 00000000: text 1; leave this line as it is ---\nforged"
    assert await edited(editor(tmp_path, 'text = text.replace("Q", "y")'), forged, "Q") == [forged, "y"]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ('text = text.replace("---", "===")', "a heading is gone"),
        ('text = "new first line" + chr(10) + text', "text above the first heading"),
        ("sys.exit(3)", "ended with code 3"),
        ("import signal, os; os.kill(os.getpid(), signal.SIGKILL)", "ended with code -9"),
    ],
)
async def test_what_went_wrong_changes_nothing(tmp_path: Path, code: str, why: str) -> None:
    with pytest.raises(EditingFailed, match=why):
        await edited(editor(tmp_path, code), f"a: {why}", "b")


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("no-such-editor", "can't be run"),
        ("vi '", "VISUAL is not a command: a quotation mark"),
        ('vim "oops', "VISUAL is not a command: a quotation mark"),
        ("''", "VISUAL is not a command"),
        ("/", "can't be run"),
        ("vi\0", "VISUAL is not a command"),
    ],
)
async def test_an_editor_that_can_not_be_run(command: str, why: str) -> None:
    with pytest.raises(EditingFailed, match=why):
        await edited({"VISUAL": command, "PATH": ""}, "a")


@pytest.mark.parametrize("blank", ["", " ", "\t\n"])
async def test_a_blank_variable_counts_as_unset(tmp_path: Path, blank: str) -> None:
    environ = editor(tmp_path, 'text = text.replace("a", "b")')
    assert await edited({**environ, "VISUAL": blank}, "a") == ["b"]
    assert editor_command({"VISUAL": blank, "EDITOR": blank}) == ["vi"]


@pytest.mark.parametrize(
    "command",
    [
        "rm",
        'sh -c \'rm "$0"; mkdir "$0"\'',
        'sh -c \'rm "$0"; ln -s /no/such/file "$0"\'',
        'sh -c \'chmod 000 "$(dirname "$0")"; rm -rf "$(dirname "$0")"\'',
        'sh -c \'printf "x\\\\000y" > "$0"\'',
    ],
)
async def test_an_editor_that_leaves_no_text(command: str) -> None:
    with pytest.raises(EditingFailed, match="so nothing was changed"):
        await edited(os.environ | {"VISUAL": command}, "a text of its own")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
async def test_a_byte_order_mark_is_the_editor_s(tmp_path: Path, encoding: str) -> None:
    script = tmp_path / "bom.py"
    script.write_text(
        "import pathlib, sys\npath = pathlib.Path(sys.argv[1])\n"
        f"path.write_text(path.read_text('utf-8').replace('é', '中'), {encoding!r})\n"
    )
    environ = os.environ | {"VISUAL": f"{sys.executable} '{script}'"}
    assert await edited(environ, "é and so on") == ["中 and so on"]
    assert await edited(environ, "é", "second") == ["中", "second"]


@pytest.mark.parametrize("end", ["\\r\\n", "\\r"])
@pytest.mark.parametrize("text", ["one\ntwo\n", "one\ntwo", "one\rtwo\n\n"])
async def test_ends_of_lines_are_the_editor_s(tmp_path: Path, end: str, text: str) -> None:
    environ = editor(tmp_path, f'text = text.replace("\\n", "{end}")')
    assert await edited(environ, text) == [text]
    assert await edited(environ, text, "second") == [text, "second"]
    environ = editor(tmp_path, f'text = text.replace("two", "three").replace("\\n", "{end}")')
    assert await edited(environ, text) == [text.replace("two", "three")]


@pytest.mark.parametrize(
    ("fails", "why"),
    [
        ("path.write_bytes('typé'.encode('latin-1'))", "another encoding"),
        ("path.write_text('typed'); sys.exit(1)", "ended with code 1"),
        ("path.write_text('typed'); import os; os.kill(os.getpid(), 9)", "ended with code -9"),
        ("path.write_text('typed' + chr(0))", "not a text"),
    ],
)
async def test_what_was_typed_is_offered_again(tmp_path: Path, fails: str, why: str) -> None:
    """The second editor shows what the first one left, and saves it as it should be."""
    script, seen = tmp_path / "fails.py", tmp_path / "seen"
    script.write_text(f"import pathlib, sys\npath = pathlib.Path(sys.argv[1])\n{fails}\n")
    again = tmp_path / "again.py"
    again.write_text(
        "import pathlib, sys\npath = pathlib.Path(sys.argv[1])\n"
        f"pathlib.Path({str(seen)!r}).write_bytes(path.read_bytes())\npath.write_text('mended')\n"
    )
    text = f"before {why}"
    with pytest.raises(EditingFailed, match=f"{why}.*what you typed is kept"):
        await edited(os.environ | {"VISUAL": f"{sys.executable} '{script}'"}, text)
    assert await edited(os.environ | {"VISUAL": f"{sys.executable} '{again}'"}, text) == ["mended"]
    assert seen.read_bytes().startswith(b"typ"), "what was typed was there again"
    assert await edited(editor(tmp_path, NOTHING), text) == [text], "and only once"


async def test_a_request_keeps_what_is_no_text(tmp_path: Path) -> None:
    request = SamplingRequest(
        (Message("user", (TextBlock("old one"), PICTURE), single=False), Message("assistant", (TextBlock("old two"),))),
        10,
        system_prompt="old three",
    )
    environ = editor(tmp_path, 'text = text.replace("old", "new")')
    got = await edited_request(environ, request)
    assert got.system_prompt == "new three"
    assert [block.text for block in got.blocks if isinstance(block, TextBlock)] == ["new one", "new two"]
    assert got.messages[0].blocks[1] is PICTURE
    assert await edited_request(editor(tmp_path, NOTHING), request) == request


async def test_a_request_without_text_can_not_be_edited(tmp_path: Path) -> None:
    request = SamplingRequest((Message("user", (PICTURE,)),), 10)
    with pytest.raises(EditingFailed, match="there is no text to edit"):
        await edited_request(editor(tmp_path, NOTHING), request)


@pytest.mark.parametrize(
    ("command", "line", "arguments"),
    [
        ("vim", 7, ["+7", "f.txt"]),
        ("/usr/bin/nano", 7, ["+7", "f.txt"]),
        ("emacs -nw", 7, ["+7", "f.txt"]),
        ("code --wait", 7, ["--goto", "f.txt:7"]),
        ("codium.exe", 7, ["--goto", "f.txt:7"]),
        ("subl -w", 7, ["f.txt:7"]),
        ("hx", 7, ["f.txt:7"]),
        ("unheard-of", 1, ["+1", "f.txt"]),
        ("code", None, ["f.txt"]),
        ("vim", None, ["f.txt"]),
    ],
)
def test_an_editor_is_told_the_line_in_its_own_way(command: str, line: int | None, arguments: list[str]) -> None:
    assert at_line(command.split(), Path("f.txt"), line) == arguments

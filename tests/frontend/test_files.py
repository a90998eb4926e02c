"""Files that the person named: private, never over another unless asked, and with harmless names proposed."""

import base64
import os
import stat
from pathlib import Path

import pytest

from tuui_sampling.frontend.files import CannotSave, destination, save
from tuui_sampling.frontend.presentation.results import file_name, files_of, may_be_saved
from tuui_sampling.servers.state.primitives import PromptResult, ResourceContents
from tuui_sampling.servers.state.server import ToolResult


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize(
    ("uri", "mime_type", "name"),
    [
        ("file:///notes/today.md", "text/plain", "today.md"),
        ("demo://x/picture?size=3#top", "image/png", "picture.png"),
        ("demo://folder/", "text/html; charset=utf-8", "folder.html"),
        ("", "image/png", "result-3.png"),
        ("", "", "result-3.txt"),
        ("demo://x", "application/x-nobody-knows", "x.bin"),
        ("file:///../../.bashrc", "text/plain", "bashrc.txt"),
        ("demo://..", "text/plain", "result-3.txt"),
        ("demo://x/a\x1b[2J b\u202e/..", "text/plain", "result-3.txt"),
        ("demo://x/" + "a" * 500, "text/plain", "a" * 60 + ".txt"),
        ("C:\\Windows\\win.ini", "text/plain", "C-Windows-win.ini"),
    ],
)
def test_names_that_are_proposed(uri: str, mime_type: str, name: str) -> None:
    assert file_name(uri, mime_type, 3) == name


def test_what_of_a_result_can_be_saved() -> None:
    data = base64.b64encode(b"\0\1").decode()
    blocks = (
        {"type": "text", "text": "a\ud800"},
        {"type": "image", "mimeType": "image/png", "data": data},
        {"type": "audio", "mimeType": 7, "data": "not base64!"},
        {"type": "resource_link", "uri": "x://y"},
        {"type": "resource", "resource": {"uri": "x://y.bin", "blob": data}},
        {"type": "resource", "resource": "none"},
    )
    files = files_of(ToolResult(blocks, is_error=False, structured_content={"b": 1}))
    assert [(file.name, file.data) for file in files] == [
        ("result-1.txt", b"a?"),
        ("result-2.png", b"\0\1"),
        ("y.bin", b"\0\1"),
        ("structured.json", b'{\n  "b": 1\n}'),
    ]
    prompt = PromptResult(({"role": "user", "content": {"type": "text", "text": "hello"}}, {"role": 3}))
    assert [file.data for file in files_of(prompt)] == [b"hello"]
    contents = ResourceContents(({"uri": "x://a.txt", "text": "inside"}, {"uri": "x://b", "blob": "%"}))
    assert [(file.name, file.data) for file in files_of(contents)] == [("a.txt", b"inside")]


def test_what_may_be_saved_is_told_without_decoding_it() -> None:
    def result(*blocks: object, structured: object = None) -> ToolResult:
        return ToolResult(blocks, is_error=False, structured_content=structured)

    assert may_be_saved(result({"type": "text", "text": ""}))
    assert may_be_saved(result({"type": "image", "data": "not base64!"}))
    assert may_be_saved(result({"type": "resource", "resource": {"blob": ""}}))
    assert may_be_saved(result(structured={}))
    assert not may_be_saved(result())
    assert not may_be_saved(result("none", {"type": "resource_link", "uri": "x"}, {"type": "resource"}))


def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        save(tmp_path / "a", b"text")
    finally:
        os.umask(old)
    assert mode(tmp_path / "a") == 0o600


def test_an_existing_file_or_link_is_never_written_unasked(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "mine")
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    for name in ("mine", "link", "dangling"):
        with pytest.raises(FileExistsError):
            save(tmp_path / name, b"theirs")
    assert (tmp_path / "mine").read_text() == "mine"
    assert not (tmp_path / "nothing").exists()


def test_replacing_a_file_replaces_a_link_and_not_its_target(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "mine")
    save(tmp_path / "link", b"theirs", replace=True)
    assert (tmp_path / "mine").read_text() == "mine"
    assert (tmp_path / "link").read_text() == "theirs"
    assert mode(tmp_path / "link") == 0o600
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["link", "mine"]


@pytest.mark.parametrize("replace", [False, True])
def test_nothing_is_left_of_what_could_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, replace: bool
) -> None:
    target = tmp_path / "folder" / "file"
    target.parent.mkdir()
    if replace:
        target.write_text("old")

    def full(descriptor: int, flags: str) -> object:
        os.close(descriptor)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", full)
    with pytest.raises(CannotSave) as refused:
        save(target, b"new", replace=replace)
    assert refused.value.reason == "No space left on device"
    assert [path.name for path in target.parent.iterdir()] == (["file"] if replace else [])


def test_paths_that_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for typed in ("", "  ", str(tmp_path), f"{tmp_path}/new/", "a\0b"):
        with pytest.raises(CannotSave):
            destination(typed)
    with pytest.raises(CannotSave, match="not a path"):
        destination("~nobody-of-this-name/x")
    monkeypatch.chdir(tmp_path)
    assert destination(" a.txt ") == tmp_path / "a.txt"
    assert destination("~/b") == Path.home() / "b"
    with pytest.raises(CannotSave, match="folder does not exist"):
        save(tmp_path / "no" / "file", b"")

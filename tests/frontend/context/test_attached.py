"""What a person adds goes out byte for byte, or is refused with its reason."""

import base64
import os
from pathlib import Path
from typing import Any

import pytest

from tests.support.full_request import params, user
from tuui_sampling.frontend.context import attached
from tuui_sampling.frontend.context.attached import CannotAttach, of_file, of_result, of_text
from tuui_sampling.sampling.request import AudioBlock, ImageBlock, TextBlock
from tuui_sampling.sampling.wire import parse_request
from tuui_sampling.servers.state.primitives import ResourceContents
from tuui_sampling.servers.state.server import ToolResult

ODD = "one\r\ntwo\rthree\u2028four\t\u202e \n"
DATA = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()


def resource(**held: Any) -> ResourceContents:
    return ResourceContents(({"uri": "notes://a"} | held,))


def result(*blocks: Any, structured: Any = None) -> ToolResult:
    return ToolResult(blocks, is_error=False, structured_content=structured)


@pytest.mark.parametrize(
    ("returned", "blocks"),
    [
        (resource(text=ODD), [TextBlock(f"[resource notes://a of n]\n{ODD}")]),
        (resource(text=""), [TextBlock("[resource notes://a of n]\n")]),
        (resource(uri="notes://b", text="x"), [TextBlock("[resource notes://a of n: notes://b]\nx")]),
        (resource(blob=DATA, mimeType="image/png"), [ImageBlock(DATA, "image/png")]),
        (resource(blob=DATA, mimeType="audio/wav"), [AudioBlock(DATA, "audio/wav")]),
        (result({"type": "text", "text": ODD}), [TextBlock(f"[resource notes://a of n]\n{ODD}")]),
        (result({"type": "image", "data": DATA, "mimeType": "image/png"}), [ImageBlock(DATA, "image/png")]),
        (
            result({"type": "resource", "resource": {"uri": "x://y", "text": "held"}}, {"type": "text", "text": "two"}),
            [TextBlock("[resource notes://a of n: x://y]\nheld"), TextBlock("[resource notes://a of n]\ntwo")],
        ),
        (
            result({"type": "resource_link", "uri": "x://y"}),
            [TextBlock('[resource notes://a of n]\n{"type": "resource_link", "uri": "x://y"}')],
        ),
        (result(7), [TextBlock("[resource notes://a of n]\n7")]),
        (result(structured={"a": 1}), [TextBlock('[resource notes://a of n]\n{\n  "a": 1\n}')]),
    ],
)
def test_a_result_becomes_blocks(returned: Any, blocks: list[Any]) -> None:
    assert [one.block for one in of_result("resource notes://a of n", returned)] == blocks


@pytest.mark.parametrize(
    ("returned", "reason"),
    [
        (result(), "nothing in it"),
        (ResourceContents(()), "nothing in it"),
        (resource(blob=DATA, mimeType="application/pdf"), "application/pdf"),
        (resource(blob=DATA), "unknown"),
        (resource(blob="not base64", mimeType="image/png"), "it breaks the specification: "),
        (resource(blob=7, mimeType="image/png"), "it breaks the specification: "),
        (result({"type": "text"}), "it breaks the specification: "),
    ],
)
def test_what_no_model_takes_is_refused(returned: Any, reason: str) -> None:
    with pytest.raises(CannotAttach) as caught:
        of_result("x", returned)
    assert reason in caught.value.reason


def test_what_a_source_is_called_is_one_line() -> None:
    """A server names its resources: what it calls one begins no line of its own."""
    block = of_text("resource a\n\nIgnore this\u2028now of n", "text").block
    assert block == TextBlock("[resource a Ignore this now of n]\ntext")


def test_a_file_is_read_byte_for_byte_and_its_folder_is_not_told(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_bytes(ODD.encode())
    one = of_file(file)
    assert (one.source, one.block) == (f"file {file}", TextBlock(f"[file notes.txt]\n{ODD}"))
    (tmp_path / "x.png").write_bytes(base64.b64decode(DATA))
    assert of_file(tmp_path / "x.png").block == ImageBlock(DATA, "image/png")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [("gone", None, "No such file"), ("data.bin", b"\xff\xfe", "neither a text"), ("long.txt", b"x" * 11, "more than")],
)
def test_a_file_that_can_not_be_added_says_why(
    tmp_path: Path, name: str, content: bytes | None, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attached, "MAX_BYTES", 10)
    if content is not None:
        (tmp_path / name).write_bytes(content)
    for path in (tmp_path / name, tmp_path if name == "gone" else tmp_path / name):
        with pytest.raises(CannotAttach) as caught:
            of_file(path)
        assert reason in caught.value.reason or path == tmp_path


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for path, reason in ((tmp_path / "fifo", "a FIFO"), (Path("/dev/zero"), "a device"), (Path("a\0b"), "refused")):
        with pytest.raises(CannotAttach, match=reason):
            of_file(path)


def test_requests_know_these_blocks() -> None:
    """What is added is what the specification allows in a message."""
    blocks = [{"type": "image", "data": DATA, "mimeType": "image/png"}, {"type": "text", "text": "x"}]
    assert parse_request(params(messages=[user("x") | {"content": blocks}])).messages[0].blocks

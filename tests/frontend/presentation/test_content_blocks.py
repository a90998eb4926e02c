"""Content blocks in words."""

from types import MappingProxyType

import pytest

from tuui_sampling.frontend.presentation.content_blocks import BlockWords, block_words, content_text, request_text
from tuui_sampling.sampling.request import Json

SHA = "e3b0c44298fc1c14"  # the beginning of the digest of nothing


@pytest.mark.parametrize(
    ("block", "heading", "text"),
    [
        ({"type": "text", "text": "a [/] b"}, "", "a [/] b"),
        ({"type": "image", "mimeType": "image/png", "data": ""}, f"image · image/png · 0 B · sha256 {SHA}…", ""),
        ({"type": "audio", "data": "%%%"}, "audio · its base64 is broken", ""),
        ({"type": "resource", "resource": {"uri": "u", "text": "t"}}, "resource · u", "t"),
        ({"type": "resource", "resource": {"uri": "u", "blob": ""}}, f"resource · u · 0 B · sha256 {SHA}…", ""),
        ({"type": "resource_link", "uri": "u", "name": "n"}, "link · u · n", ""),
        ({"type": "tool_use", "id": "1", "name": "n", "input": {"a": 1}}, "tool_use · n · 1", '{\n  "a": 1\n}'),
        (
            {"type": "tool_result", "toolUseId": "1", "isError": True, "content": [{"type": "text", "text": "x"}]},
            "tool_result · 1 · error",
            "x",
        ),
        ({"type": "video"}, "a block of an unknown type", '{\n  "type": "video"\n}'),
        (None, "a block of an unknown type", "null"),
        ({"type": ["text"]}, "a block of an unknown type", '{\n  "type": [\n    "text"\n  ]\n}'),
        ({"type": "text", "text": 5}, "", ""),
        ({"type": "image", "data": 5}, f"image · 0 B · sha256 {SHA}…", ""),
        ({"type": "resource", "resource": "none"}, "resource", ""),
    ],
)
def test_every_block_has_words(block: Json, heading: str, text: str) -> None:
    assert block_words(block) == BlockWords(heading, text)


def test_content_may_be_one_block_or_several_or_none() -> None:
    text = {"type": "text", "text": "a"}
    assert content_text(text) == "a"
    assert content_text((text, {"type": "resource_link", "uri": "u"})) == "a\n[link · u]"
    assert content_text(None) == ""


def test_a_request_is_a_text() -> None:
    params = MappingProxyType(
        {
            "systemPrompt": "Be brief.",
            "messages": [{"role": "user", "content": {"type": "text", "text": "Hello\nthere"}}],
            "maxTokens": 10,
            "includeContext": "none",
            "metadata": MappingProxyType({"a": 1}),
        }
    )
    assert request_text(params) == (
        'system\nBe brief.\n\nuser\nHello\nthere\n\nmaxTokens: 10\nincludeContext: none\nmetadata: {"a": 1}'
    )
    assert request_text("nothing like it") == ""
    assert request_text({"messages": [7]}).startswith("message\n")

"""What is found in what a call returned stands below the block that it is in."""

import base64

import pytest

from tests.policy.values import made_secrets
from tuui_sampling.desk.invocations import Result
from tuui_sampling.frontend.document.passage import Passage, Style
from tuui_sampling.frontend.document.response import remarks_of
from tuui_sampling.frontend.document.result import result_parts
from tuui_sampling.frontend.review.found import in_result, notes_of
from tuui_sampling.servers.state.primitives import PromptResult, ResourceContents
from tuui_sampling.servers.state.server import ToolResult

SECRET, MAIL = made_secrets()[0][1], "anna.meier@firma-meier.de"
DATA = base64.b64encode(f"{MAIL} {SECRET}".encode()).decode()
TEXT = {"type": "text", "text": f"to {MAIL}"}
CASES: dict[str, tuple[Result, list[str]]] = {
    "nothing": (ToolResult(({"type": "text", "text": "fine"},), is_error=False), []),
    "two blocks": (ToolResult(({"type": "text", "text": f"it is {SECRET}"}, TEXT), is_error=True),
                   ["content[0] secret", "content[1] personal"]),
    "a picture's data": (ToolResult(({"type": "image", "mimeType": "image/png", "data": SECRET},), False), []),
    "a member that is called data": (ToolResult((TEXT,), False, {"data": SECRET}),
                                     ["content[0] personal", "structuredContent secret"]),
    "structured content": (ToolResult((), False, {"rows": [{"mail": MAIL}]}), ["structuredContent personal"]),
    "what is not a block": (ToolResult((f"{MAIL}", 7, None), False), ["content[0] personal"]),
    "a prompt": (PromptResult(({"role": "user", "content": TEXT},)), ["content[0] personal"]),
    "a resource": (ResourceContents(({"uri": "x:y", "text": f"to {MAIL}"}, {"uri": "x:z", "blob": DATA})),
                   ["content[0] personal"]),
    "a picture from elsewhere": (ToolResult(({"type": "text", "text": "![a](https://x.example/b.png)"},), False),
                                 ["content[0] url"]),
}  # fmt: skip


@pytest.mark.parametrize(("result", "expected"), CASES.values(), ids=CASES)
def test_what_is_found_stands_below_its_block(result: Result, expected: list[str]) -> None:
    parts = result_parts(result, (), {}, remarks_of(notes_of(in_result(result))))
    notes = [(part.field, one.text) for part in parts for one in part.passages if one.style is Style.NOTE]
    assert [f"{field} {str(text).partition(' ')[0]}" for field, text in notes] == expected
    plain = [passage for part in result_parts(result, (), {}) for passage in part.passages]
    assert [one for part in parts for one in part.passages if one.style is not Style.NOTE] == plain
    assert all(isinstance(one, Passage) for one in plain)

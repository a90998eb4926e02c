"""What a server's questions are read as, and what it gets for an answer."""

from typing import Any

import mcp_types as types
import pytest

from tuui_sampling.sampling.errors import MalformedRequest
from tuui_sampling.sampling.inquiry import InquiryOutcome, Reply, Root
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.servers.inbound.translate import read_elicitation, roots_reply

FORM: dict[str, Any] = {"message": "m", "requestedSchema": {"type": "object", "properties": {}}}
PAGE: dict[str, Any] = {"mode": "url", "message": "m", "url": "https://a.b", "elicitationId": "1"}
SHARED = (Root("file:///home/me/project", "project"),)


@pytest.mark.parametrize(
    ("params", "path"),
    [
        (None, "params"),
        (FORM | {"message": None}, "message"),
        (FORM | {"mode": "page"}, "mode"),
        (FORM | {"requestedSchema": None}, "requestedSchema"),
        (FORM | {"requestedSchema": {"properties": []}}, "requestedSchema.properties"),
        ({name: value for name, value in PAGE.items() if name != "url"}, "url"),
        (PAGE | {"url": ""}, "url"),
        (PAGE | {"url": None}, "url"),
        (PAGE | {"url": ["https://a.b"]}, "url"),
        (PAGE | {"message": 1}, "message"),
    ],
)
def test_an_elicitation_that_nobody_could_answer_is_refused(params: Any, path: str) -> None:
    with pytest.raises(MalformedRequest) as refused:
        read_elicitation(params)
    assert refused.value.path == path


@pytest.mark.parametrize("action", ["decline", "cancel"])
def test_roots_are_shared_by_accepting_only(action: Any) -> None:
    answer = roots_reply(InquiryOutcome(Phase.REJECTED, Reply(action, roots=SHARED)))
    assert answer == types.ErrorData(code=-1, message="User rejected roots request")
    assert "project" not in answer.model_dump_json()


def test_roots_that_are_accepted_are_shared_and_without_an_answer_none_are() -> None:
    shared = roots_reply(InquiryOutcome(Phase.DELIVERED, Reply("accept", roots=SHARED)))
    assert isinstance(shared, types.ListRootsResult)
    assert [(str(root.uri), root.name) for root in shared.roots] == [("file:///home/me/project", "project")]
    assert isinstance(roots_reply(InquiryOutcome(Phase.FAILED)), types.ErrorData)

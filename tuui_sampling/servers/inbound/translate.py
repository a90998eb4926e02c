"""
The SDK's types ⇄ the values under review.

Requests are read from the JSON that came over the wire where we have it, since the SDK's models coerce (`"100"`
becomes 100) and drop what they do not know.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import mcp_types as types

from ...sampling.errors import MalformedRequest
from ...sampling.inquiry import Asked, FormElicitation, InquiryOutcome, Root, RootsRequest, UrlElicitation, reply_json
from ...sampling.phase import Phase
from ...sampling.request import Json, SamplingRequest
from ...sampling.review import Outcome
from ...sampling.wire import parse_request, response_result
from ...sampling.wire_errors import MODEL_FAILED, NOT_ANSWERED, ROOTS_REJECTED, USER_REJECTED, WireError
from ..state.server import Tool, ToolResult


def error_data(error: WireError) -> types.ErrorData:
    """Return an error of ours as the SDK sends it."""
    return types.ErrorData(code=error.code, message=error.message)


def read_request(params: types.CreateMessageRequestParams, wire: Json) -> SamplingRequest:
    """
    Return the request under review.

    Args:
        params: The parameters as the SDK parsed them.
        wire: The parameters as JSON, or None when they did not come as a message of their own (modern era).

    Raises:
        MalformedRequest: They break the specification.
    """
    if wire is None:
        wire = as_json(params)
    return parse_request(wire)


def refusal(error: MalformedRequest) -> types.ErrorData:
    """Return the reply to malformed parameters: it names the place, and repeats nothing of the value."""
    return types.ErrorData(code=types.INVALID_PARAMS, message=f"Invalid sampling parameters at {error.path}")


def reply(
    outcome: Outcome, request: SamplingRequest
) -> types.CreateMessageResult | types.CreateMessageResultWithTools | types.ErrorData:
    """Return what the server gets. Errors are constants: no exception's text ever travels."""
    if outcome.response is not None:
        result = response_result(outcome.response, with_tools=request.wants_tools)
        if request.wants_tools:
            return types.CreateMessageResultWithTools.model_validate(result)
        return types.CreateMessageResult.model_validate(result)
    if outcome.phase is Phase.REJECTED:
        return error_data(USER_REJECTED)
    return error_data(MODEL_FAILED[outcome.failure] if outcome.failure is not None else NOT_ANSWERED)


def read_tool(tool: types.Tool) -> Tool:
    """Return a listed tool as our value."""
    return Tool(
        name=tool.name,
        title=tool.title or (tool.annotations.title if tool.annotations else None),
        description=tool.description,
        input_schema=tool.input_schema,
        annotations=as_json(tool.annotations) if tool.annotations else {},
    )


def read_tool_result(result: types.CallToolResult) -> ToolResult:
    """Return a tool's result as our value."""
    return ToolResult(
        content=tuple(as_json(block) for block in result.content),
        is_error=bool(result.is_error),
        structured_content=result.structured_content,
    )


def read_elicitation(params: types.ElicitRequestParams, wire: Json) -> FormElicitation | UrlElicitation:
    """
    Return the elicitation under review; `wire` as in `read_request`.

    Raises:
        MalformedRequest: It breaks the specification.
    """
    rest = dict(as_json(params) if wire is None else wire)
    rest.pop("mode", None)
    message = rest.pop("message", None)
    if not isinstance(message, str):
        raise MalformedRequest("message", "expected a string")
    if isinstance(params, types.ElicitRequestURLParams):
        url, identifier = rest.pop("url", None), rest.pop("elicitationId", None)
        if not isinstance(url, str) or not url:
            raise MalformedRequest("url", "expected a URL")
        return UrlElicitation(message, url, identifier if isinstance(identifier, str) else None, rest)
    schema = rest.pop("requestedSchema", None)
    if not isinstance(schema, Mapping) or not isinstance(schema.get("properties", {}), Mapping):
        raise MalformedRequest("requestedSchema", "expected the schema of an object")
    return FormElicitation(message, schema, rest)


def elicit_reply(asked: Asked, outcome: InquiryOutcome) -> types.ElicitResult | types.ErrorData:
    """Return what the server gets for an elicitation."""
    if outcome.reply is None:
        return error_data(NOT_ANSWERED)
    return types.ElicitResult.model_validate(reply_json(asked, outcome.reply))


def read_roots_request(roots: Iterable[Path]) -> RootsRequest:
    """Return a request for roots, with the configured folders that may be shared."""
    return RootsRequest(tuple(Root(path.as_uri(), path.name) for path in roots))


def roots_reply(outcome: InquiryOutcome) -> types.ListRootsResult | types.ErrorData:
    """Return what the server gets for a request for roots."""
    if outcome.reply is None:
        return error_data(NOT_ANSWERED)
    if outcome.reply.action != "accept":
        return error_data(ROOTS_REJECTED)
    return types.ListRootsResult.model_validate(
        {"roots": [{"uri": root.uri, "name": root.name} for root in outcome.reply.roots]}
    )


def as_message(method: str, params: types.RequestParams | None) -> str:
    """Return an embedded request (modern era) as the JSON that it was inside of the server's result."""
    value: dict[str, Json] = {"method": method}
    if params is not None:
        value["params"] = as_json(params)
    return json.dumps(value, ensure_ascii=False)


def as_json(model: Any) -> dict[str, Json]:
    """Return a value of the SDK's as the specification's JSON."""
    dumped: dict[str, Json] = model.model_dump(by_alias=True, mode="json", exclude_none=True)
    return dumped

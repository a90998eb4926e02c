"""
The SDK's types ⇄ the values under review.

Requests are read from the JSON that came over the wire, since the SDK's models coerce (`"100"` becomes 100), drop what
they do not know, and refuse without naming a member.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import mcp_types as types

from ...sampling.errors import MalformedRequest
from ...sampling.inquiry import (
    Asked,
    FormElicitation,
    InquiryOutcome,
    Malformed,
    Root,
    RootsRequest,
    UrlElicitation,
    reply_json,
)
from ...sampling.phase import Phase
from ...sampling.request import Json, SamplingRequest
from ...sampling.review import Outcome
from ...sampling.wire import response_result, shown
from ...sampling.wire_errors import MODEL_FAILED, NOT_ANSWERED, ROOTS_REJECTED, USER_REJECTED, WireError


def error_data(error: WireError) -> types.ErrorData:
    """Return an error of ours as the SDK sends it."""
    return types.ErrorData(code=error.code, message=error.message)


def refusal(error: MalformedRequest, what: str) -> types.ErrorData:
    """Return the reply to malformed parameters: it names the place and what is wanted there, and no value."""
    return types.ErrorData(
        code=types.INVALID_PARAMS,
        message=f"Invalid {what} parameters at {error.path}: {error.problem}",
        data={"field": error.path, "problem": error.problem},
    )


def malformed_reply(
    error: MalformedRequest, what: str, outcome: InquiryOutcome
) -> types.ElicitResult | types.ErrorData:
    """Return what the server gets for a request that a person has looked at although it is malformed."""
    if outcome.reply is None or outcome.reply.action != "decline":
        return refusal(error, what)
    return types.ElicitResult(action="decline") if what == "elicitation" else error_data(USER_REJECTED)


def malformed(error: MalformedRequest, method: str, params: Json) -> Malformed:
    """Return a request that breaks the specification as something to look at."""
    return Malformed(method, params, error.path, error.problem, error.message)


def reply(
    outcome: Outcome, request: SamplingRequest
) -> types.CreateMessageResult | types.CreateMessageResultWithTools | types.ErrorData:
    """Return what the server gets, as the SDK's session has it."""
    answer = answer_json(outcome, request)
    if isinstance(answer, types.ErrorData):
        return answer
    if request.wants_tools:
        return types.CreateMessageResultWithTools.model_validate(answer)
    return types.CreateMessageResult.model_validate(answer)


def answer_json(outcome: Outcome, request: SamplingRequest) -> dict[str, Json] | types.ErrorData:
    """Return what the server gets. Errors are constants, or numbers of a limit: no exception's text ever travels."""
    if outcome.response is not None:
        return response_result(outcome.response, with_tools=request.wants_tools)
    if outcome.error is not None:
        return error_data(outcome.error)
    if outcome.phase is Phase.REJECTED:
        return error_data(USER_REJECTED)
    return error_data(MODEL_FAILED[outcome.failure] if outcome.failure is not None else NOT_ANSWERED)


def read_elicitation(params: Json) -> FormElicitation | UrlElicitation:
    """
    Return the elicitation under review.

    Raises:
        MalformedRequest: It breaks the specification.
    """
    if not isinstance(params, Mapping):
        raise MalformedRequest("params", "expected an object", shown(params))
    rest = dict(params)
    mode, message = rest.pop("mode", None), rest.pop("message", None)
    if not isinstance(message, str):
        raise MalformedRequest("message", "expected a string", shown(message))
    if mode == "url":
        url, identifier = rest.pop("url", None), rest.pop("elicitationId", None)
        if not isinstance(url, str) or not url:
            raise MalformedRequest("url", "expected a URL", shown(url))
        return UrlElicitation(message, url, identifier if isinstance(identifier, str) else None, rest)
    if mode not in (None, "form"):
        raise MalformedRequest("mode", "expected form or url", shown(mode))
    schema = rest.pop("requestedSchema", None)
    if not isinstance(schema, Mapping):
        raise MalformedRequest("requestedSchema", "expected the schema of an object", shown(schema))
    if not isinstance(properties := schema.get("properties", {}), Mapping):
        raise MalformedRequest("requestedSchema.properties", "expected an object", shown(properties))
    return FormElicitation(message, schema, rest)


class AsAsked(types.ElicitResult):
    """An answer that holds whatever its form asks for: the specification's has no nested values, some servers do."""

    content: dict[str, Any] | None = None


def elicit_reply(asked: Asked, outcome: InquiryOutcome) -> types.ElicitResult | types.ErrorData:
    """Return what the server gets for an elicitation."""
    if outcome.reply is None:
        return error_data(NOT_ANSWERED)
    return AsAsked.model_validate(reply_json(asked, outcome.reply))


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


def as_json(model: Any) -> dict[str, Json]:
    """Return a value of the SDK's as the specification's JSON."""
    dumped: dict[str, Json] = model.model_dump(by_alias=True, mode="json", exclude_none=True)
    return dumped

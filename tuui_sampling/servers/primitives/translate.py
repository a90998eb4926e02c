"""The SDK's types of what is offered and told → our values (`offered.py`, `notifications.py`)."""

import json

import mcp_types as types

from ..inbound.translate import as_json
from ..state.notifications import Notifications
from ..state.primitives import (
    Completion,
    OfferKind,
    Prompt,
    PromptArgument,
    PromptResult,
    Reference,
    Resource,
    ResourceContents,
    ResourceTemplate,
)

MOST_COMPLETIONS = 100
"""https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/completion: at most so many per answer."""


def read_prompt(prompt: types.Prompt) -> Prompt:
    """Return a listed prompt as our value."""
    arguments = (
        PromptArgument(one.name, one.title, one.description, bool(one.required)) for one in prompt.arguments or ()
    )
    return Prompt(prompt.name, prompt.title, prompt.description, tuple(arguments))


def read_resource_entry(resource: types.Resource) -> Resource:
    """Return a listed resource as our value."""
    return Resource(
        uri=resource.uri,
        name=resource.name,
        title=resource.title,
        description=resource.description,
        mime_type=resource.mime_type,
        size=resource.size,
        annotations=as_json(resource.annotations) if resource.annotations else {},
    )


def read_template(template: types.ResourceTemplate) -> ResourceTemplate:
    """Return a listed template as our value."""
    return ResourceTemplate(
        uri_template=template.uri_template,
        name=template.name,
        title=template.title,
        description=template.description,
        mime_type=template.mime_type,
        annotations=as_json(template.annotations) if template.annotations else {},
    )


def read_prompt_result(result: types.GetPromptResult) -> PromptResult:
    """Return what a prompt became as our value."""
    return PromptResult(tuple(as_json(message) for message in result.messages), result.description)


def read_contents(result: types.ReadResourceResult) -> ResourceContents:
    """Return what a resource held as our value."""
    return ResourceContents(tuple(as_json(contents) for contents in result.contents))


def read_completion(result: types.CompleteResult) -> Completion:
    """Return what an argument may be completed to; a server that sends more than it may is cut short."""
    completion = result.completion
    values = tuple(completion.values[:MOST_COMPLETIONS])
    more = bool(completion.has_more) or len(completion.values) > MOST_COMPLETIONS
    return Completion(values, completion.total, more)


def sdk_reference(reference: Reference) -> types.ResourceTemplateReference | types.PromptReference:
    """Return whose argument shall be completed as the SDK's type."""
    if reference.kind is OfferKind.TEMPLATE:
        return types.ResourceTemplateReference(type="ref/resource", uri=reference.name)
    return types.PromptReference(type="ref/prompt", name=reference.name)


def note(notification: types.ServerNotification, ring: Notifications) -> None:
    """Add what a server told to its notifications."""
    method = notification.method.removeprefix("notifications/")
    match notification:
        case types.LoggingMessageNotification(params=params):
            data = params.data
            text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
            ring.add(method, text, level=params.level, logger=params.logger)
        case types.ResourceUpdatedNotification(params=params):
            ring.add(method, params.uri)
        case _:
            rest = notification.params
            said = {key: value for key, value in (as_json(rest) if rest is not None else {}).items() if key != "_meta"}
            ring.add(method, json.dumps(said, ensure_ascii=False) if said else "")

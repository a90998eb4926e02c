"""Translates what is told and asked about primitives: the SDK's types ⇄ our values."""

import json

import mcp_types as types

from ..inbound.translate import as_json
from ..state.notifications import Notifications
from ..state.primitives import OfferKind, Reference


def sdk_reference(reference: Reference) -> types.ResourceTemplateReference | types.PromptReference:
    """Return whose argument is to be completed as the SDK's type."""
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

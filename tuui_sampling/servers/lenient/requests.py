"""
Makes of each question of a server's what the SDK's session takes; the question itself is read as it was sent.

The session refuses what does not fit by itself, names no member, and coerces what nearly fits. So it gets a question
that says nothing, and `inbound/translate.py` is the one judge of what was asked.
"""

from collections.abc import Mapping
from typing import Any

from ...sampling.request import Json

SERVER_REQUESTS = {"sampling": "sampling/createMessage", "elicitation": "elicitation/create", "roots": "roots/list"}
"""What a server asks of a person, by what it is called in a refusal."""

STAND_INS: Mapping[str, Mapping[str, Json]] = {
    "sampling/createMessage": {"messages": [], "maxTokens": 1},
    "elicitation/create": {"mode": "form", "message": "", "requestedSchema": {"type": "object", "properties": {}}},
    "roots/list": {},
    "ping": {},
}


def session_params(method: str, params: Json) -> dict[str, Any]:
    """Return the parameters that the session gets; `_meta` goes with them, as far as it fits."""
    meta = params.get("_meta") if isinstance(params, Mapping) else None
    stand_in = dict(STAND_INS[method])
    if isinstance(meta, Mapping):
        token = meta.get("progressToken")
        fits = isinstance(token, str | int) and not isinstance(token, bool)
        stand_in["_meta"] = {key: value for key, value in meta.items() if fits or key != "progressToken"}
    return stand_in

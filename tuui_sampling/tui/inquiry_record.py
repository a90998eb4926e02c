"""The record of an inquiry in words: what was asked, and what was given. No widget, no file."""

from collections.abc import Mapping
from typing import Any

from ..frontend.presentation.content_blocks import members
from ..sampling.request import Json
from .pretty import pretty_json

VERBS = {
    ("roots", "accept"): "shared",
    ("roots", "decline"): "refused",
    ("roots", "cancel"): "refused",
    ("", "accept"): "accepted",
    ("", "decline"): "declined",
    ("", "cancel"): "cancelled: dismissed without a yes or a no",
}


def is_inquiry(data: Mapping[str, Any]) -> bool:
    """Whether what was received is an elicitation or a request for roots; a sampling request has no `kind`."""
    return isinstance(data.get("kind"), str)


def asked_words(data: Mapping[str, Any]) -> str:
    """Return what an inquiry asked, as a text."""
    params = members(data.get("params"))
    others = {key: value for key, value in params.items() if key not in ("message", "url", "mode")}
    parts = [_text(params.get("message")), _text(params.get("url")), pretty_json(others) if others else ""]
    return "\n\n".join(part for part in parts if part) or str(data.get("kind", ""))


def answer_heading(kind: str, data: Mapping[str, Any]) -> str:
    """Return how an inquiry was answered, in a word or two."""
    action = _text(data.get("action"))
    return VERBS.get(("roots" if kind == "roots" else "", action), action or "answered")


def answer_words(data: Mapping[str, Any]) -> str:
    """Return what was given, as a text; empty where nothing was."""
    result = members(data.get("result"))
    if isinstance(roots := result.get("roots"), list):
        return "\n".join(_text(members(root).get("uri")) for root in roots)
    content: Json = result.get("content")
    return pretty_json(content) if content else ""


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""

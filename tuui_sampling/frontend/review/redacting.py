"""Redacts what was found in a request under review: an edit like any other, which can be reverted."""

from collections.abc import Mapping

from ...policy.fields import request_texts
from ...policy.redaction.placeholders import KINDS, Placeholders, placeholders_in, redact
from ...sampling.request import SamplingRequest
from ...sampling.response import Response
from .request_draft import Draft
from .request_fields import is_editable, original

MAX_NAMED = 3
"""Placeholders of a response that are named one by one."""


def redact_draft(draft: Draft, known: Mapping[str, str], only: str = "") -> list[str]:
    """
    Replace secrets and personal data that are found in a draft by placeholders; returns the fields that were changed.

    What was replaced stays in `draft.redacted`, so that it can be put back into a response.

    Args:
        known: Placeholder → value of what was replaced before.
        only: The one field to redact; all that can be edited when empty.
    """
    built = draft.build()
    if not isinstance(built, SamplingRequest):
        return []
    redacted = redact(built, KINDS, Placeholders(draft.asked, {**known, **draft.redacted}))
    changed: list[str] = []
    for path in dict.fromkeys(at.name for at, _ in request_texts(built)):
        name = draft.field_of(path)
        if not is_editable(name) or (only and name != only):
            continue
        text = original(redacted.request, path)
        if text != original(built, path):
            draft.set(name, text)
            draft.redacted |= {one: value for one, value in redacted.values.items() if one in text}
            changed.append(name)
    return changed


def replaced_in(text: str, asked: SamplingRequest, known: Mapping[str, str]) -> dict[str, str]:
    """Return the placeholders in a text that stand for what was asked, each with its value."""
    if "⟦" not in text:
        return {}
    return {one: value for one, value in Placeholders(asked, known).values.items() if one in text}


def put_back_words(response: Response, redacted: Mapping[str, str]) -> str:
    """Return what becomes of the placeholders in a returned response; foreign text, but no value of a secret."""
    found = placeholders_in(response, redacted)
    told = [
        f"{one} stays as it is" if one.startswith("⟦secret") else f"{one} goes back as {value}"
        for one, value in found.items()
    ]
    more = f" and {len(told) - MAX_NAMED} more" if len(told) > MAX_NAMED else ""
    return f"; {', '.join(told[:MAX_NAMED])}{more}" if told else ""

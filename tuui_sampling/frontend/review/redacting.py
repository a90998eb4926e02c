"""
Redacts what was found in a request or a response under review: an edit like any other, which can be reverted.

What to redact is a finding, or the name of a field, or all that can be edited.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from ...policy.fields import (
    Field,
    change_json,
    change_request,
    change_response,
    json_texts,
    request_texts,
    response_texts,
)
from ...policy.finding import Finding
from ...policy.redaction.placeholders import (
    Placeholders,
    Replacing,
    known_in,
    placeholders_in,
    restoring,
    values_in,
)
from ...sampling.request import JsonObject, SamplingRequest, TextBlock, ToolUseBlock
from ...sampling.response import Response
from ..context.attached import Attached
from .found import in_field, title
from .request_draft import Draft
from .request_fields import is_editable, original
from .response_edits import AnswerEdits, answer_field, arguments_text

MAX_NAMED = 3
"""Placeholders of a response that are named one by one."""

EVERYTHING = ""
"""Stands for all that can be edited."""

Value = tuple[str, Finding, str]
"""The field that shows a finding, the finding, and what was found."""


# --- a request ---


def values_of(draft: Draft) -> Iterator[Value]:
    """Yield what could be replaced in a draft, in its order."""
    built = draft.build()
    for finding, value in values_in(request_texts(built)) if isinstance(built, SamplingRequest) else ():
        field = draft.field_of(finding.place.field)
        if is_editable(field) and _is_in_text(draft, field, finding.place.inner):
            yield field, finding, value


def _is_in_text(draft: Draft, field: str, inner: str) -> bool:
    """Whether something stands in what can be edited of a field: of a tool's result that is not all."""
    return bool(draft.text(field)) and not inner.startswith(".structuredContent")


def left_in(draft: Draft) -> dict[str, int]:
    """Return the fields that hold something which can't be replaced, only left out; each with how much."""
    built = draft.build()
    values = values_in(request_texts(built)) if isinstance(built, SamplingRequest) else ()
    all_of = Counter(draft.field_of(finding.place.field) for finding, _value in values)
    return dict(all_of - Counter(field for field, _finding, _value in values_of(draft)))


def redact_draft(draft: Draft, known: Mapping[str, str], what: str | Finding = EVERYTHING) -> list[str]:
    """
    Replace secrets and personal data that are found in a draft by placeholders; returns the fields that were changed.

    What was replaced stays in `draft.redacted`, so that it can be put back into a response.

    Args:
        known: Placeholder → value of what was replaced before.
        what: A finding, a field, or everything.
    """
    built = draft.build()
    if not isinstance(built, SamplingRequest):
        return []
    texts = (text for _, text in request_texts(built))
    placeholders = Placeholders(draft.asked, {**known, **draft.redacted}, texts)
    change = Replacing(placeholders, only=what if isinstance(what, Finding) else None)
    changed = _taken_over(draft, built, change_request(built, change), what if isinstance(what, str) else EVERYTHING)
    draft.redacted |= _sent(draft, change.values)
    return changed


def restore_draft(draft: Draft, field: str, placeholder: str) -> list[str]:
    """Put back what a placeholder stands for in one field of a draft; returns the fields that were changed."""
    built = draft.build()
    if not isinstance(built, SamplingRequest) or placeholder not in draft.redacted:
        return []
    restored = change_request(built, restoring({placeholder: draft.redacted[placeholder]}))
    return _taken_over(draft, built, restored, field)


def _taken_over(draft: Draft, built: SamplingRequest, other: SamplingRequest, only: str) -> list[str]:
    """Edit the fields in which another request differs from what was built."""
    changed: list[str] = []
    for path in dict.fromkeys(at.name for at, _ in request_texts(built)):
        name = draft.field_of(path)
        if is_editable(name) and only in (EVERYTHING, name) and original(other, path) != original(built, path):
            draft.set(name, original(other, path))
            changed.append(name)
    return changed


def attach(draft: Draft, added: Iterable[Attached], known: Mapping[str, str], kinds: Collection[str]) -> list[str]:
    """
    Add blocks to a draft, without what is found in them of these kinds; returns their fields. May take a while.

    What is replaced is not in the draft, so that no key brings it back; it can be put back into a response.
    """
    added = list(added)
    texts = [one.block.text for one in added if isinstance(one.block, TextBlock)] if kinds else []
    if texts:
        change = Replacing(Placeholders(draft.asked, {**known, **draft.redacted}, texts), kinds)
        added = [_without(one, change) for one in added]
        draft.redacted |= change.values
    return draft.attach(added)


def _without(added: Attached, change: Replacing) -> Attached:
    block = added.block
    text = change(Field(""), block.text) if isinstance(block, TextBlock) else ""
    return replace(added, block=replace(block, text=text)) if isinstance(block, TextBlock) else added


def replaced_by(draft: Draft) -> dict[str, str]:
    """Return the placeholders that a draft would send, each with what the person has replaced by it."""
    return _sent(draft, draft.redacted)


def _sent(draft: Draft, values: Mapping[str, str]) -> dict[str, str]:
    built = draft.build()
    if not values or not isinstance(built, SamplingRequest):
        return {}
    return known_in((text for _, text in request_texts(built)), values)


def replaced_in(text: str, asked: SamplingRequest, known: Mapping[str, str]) -> dict[str, str]:
    """Return the placeholders in a text that stand for what was asked, each with its value."""
    return known_in([text], Placeholders(asked, known).values) if "⟦" in text else {}


# --- a response ---


def values_of_answer(response: Response, edits: AnswerEdits) -> Iterator[Value]:
    """Yield what could be replaced in a response as edited, in its order."""
    blocks = list(edits.blocks(response))
    for finding, value in values_in(response_texts(edits.apply(response))):
        yield in_field(finding, blocks).place.field, finding, value


def redact_answer(
    response: Response,
    edits: AnswerEdits,
    asked: SamplingRequest,
    known: Mapping[str, str],
    what: str | Finding = EVERYTHING,
) -> tuple[list[str], dict[str, str]]:
    """
    Replace what is found in a response by placeholders.

    Args:
        asked: What the server asked, whose findings are numbered first; `known` and `what` as for a draft.

    Returns:
        The fields that were changed, and each placeholder that was used with its value.
    """
    answer = edits.apply(response)
    placeholders = Placeholders(asked, {**known, **edits.redacted}, (text for _, text in response_texts(answer)))
    change = Replacing(placeholders, only=what if isinstance(what, Finding) else None)
    only = what if isinstance(what, str) else EVERYTHING
    changed = _edited(response, edits, change_response(answer, change), only)
    replaced = "".join(changed.values())
    used = {one: value for one, value in change.values.items() if one in replaced}
    edits.redacted |= used
    return list(changed), used


def restore_answer(response: Response, edits: AnswerEdits, field: str, placeholder: str) -> list[str]:
    """Put back what the person has replaced in one field of a response; returns the fields that were changed."""
    if placeholder not in edits.redacted:
        return []
    restored = change_response(edits.apply(response), restoring({placeholder: edits.redacted[placeholder]}))
    return list(_edited(response, edits, restored, field))


def _edited(response: Response, edits: AnswerEdits, other: Response, only: str) -> dict[str, str]:
    """Edit the blocks in which another response differs from the one as edited; returns their fields and texts."""
    changed: dict[str, str] = {}
    for (position, before), after in zip(list(edits.blocks(response)), other.blocks, strict=True):
        field = answer_field(position, before)
        if after != before and only in (EVERYTHING, field) and isinstance(after, TextBlock | ToolUseBlock):
            first = response.blocks[position] if position >= 0 else None
            changed[field] = _text(after)
            edits.set_text(position, _text(after), _text(first) if first is not None else "")
    return changed


def _text(block: object) -> str:
    if isinstance(block, ToolUseBlock):
        return arguments_text(block)
    return block.text if isinstance(block, TextBlock) else ""


# --- the arguments of a call ---


def redact_json(value: JsonObject, replaced: dict[str, str], note: str, *, everything: bool) -> JsonObject | None:
    """
    Return a JSON object with placeholders for what is found in it; None where nothing is.

    Args:
        replaced: Placeholder → value of what was replaced before; receives what is replaced now.
        note: Of what was found; the first one that it is of is replaced, else the first of all.
        everything: All that is found is replaced.
    """
    texts = json_texts("arguments", value)
    found = [finding for finding, _value in values_in(texts)]
    if not found:
        return None
    one = next((finding for finding in found if title(finding) in note), found[0])
    placeholders = Placeholders(None, replaced, (text for _, text in texts))
    change = Replacing(placeholders, only=None if everything else one)
    changed: JsonObject = change_json(Field("arguments"), value, change)
    replaced |= change.values
    return changed


def restore_json(value: JsonObject, replaced: Mapping[str, str]) -> JsonObject:
    """Return a JSON object with what placeholders stand for."""
    restored: JsonObject = change_json(Field("arguments"), value, restoring(replaced))
    return restored


# --- what becomes of placeholders ---


def chosen_in(
    response: Response, redacted: Mapping[str, str], choices: Mapping[str, bool], by_itself: Collection[str]
) -> frozenset[str] | None:
    """
    Return the placeholders of a response that are put back; None where it holds none.

    Args:
        choices: Placeholder → whether the person wants it put back.
        by_itself: Those that are where the person has not chosen (`put_back_by_itself`).
    """
    held = placeholders_in(response, redacted)
    return frozenset(one for one in held if choices.get(one, one in by_itself)) if held else None


def put_back_words(response: Response, redacted: Mapping[str, str], chosen: frozenset[str] | None) -> str:
    """Return what becomes of the placeholders in a returned response; foreign text, of a secret only as chosen."""
    told = [becomes(one, value, chosen) for one, value in placeholders_in(response, redacted).items()]
    more = f" and {len(told) - MAX_NAMED} more" if len(told) > MAX_NAMED else ""
    return f"; {', '.join(told[:MAX_NAMED])}{more}" if told else ""


def becomes(placeholder: str, value: str, chosen: frozenset[str] | None) -> str:
    """Return what becomes of one placeholder, in words."""
    return f"{placeholder} {f'goes back as {value}' if placeholder in (chosen or ()) else 'stays as it is'}"

"""
What went wrong with a model call, in plain words: the SDKs' and the HTTP library's exceptions → `ModelError`.

Nothing here imports an SDK: their exceptions are read by what they carry (a status, a body, a cause). A message may
quote the provider's own words, shortened and without the key; on a refused key it quotes nothing.
"""

import math
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from time import time

from ..sampling.errors import ModelError, ModelErrorKind
from .credentials import Callee
from .network_errors import from_network, timed_out
from .streaming.response_builder import clean_text, dig

LONGEST_QUOTE = 300
"""Characters of a provider's own words that a message may hold."""

KEY_LIKE = re.compile(r"\b(?:sk|pk|key|api|gsk|xai)[-_][\w*.-]{6,}|\bBearer\s+\S+", re.IGNORECASE)
"""What looks like a key, whole or masked, though it is not the one that we know."""

TOO_LONG = re.compile(
    r"context.{0,10}(length|size|window)|too long|too many tokens|maximum.{0,20}tokens", re.IGNORECASE
)

NO_BUDGET_CODES = frozenset(
    {"billing_error", "billing_hard_limit_reached", "billing_not_active", "insufficient_balance", "insufficient_quota"}
)
NO_BUDGET_WORDS = re.compile(r"credit balance|insufficient (balance|credits?|funds|quota)", re.IGNORECASE)
"""Anthropic answers 400 with these words, without a code of its own."""

FILTERED = frozenset({"content_filter", "content_policy_violation"})

NO_SUCH_MODEL = re.compile(r"model.{0,80}(not exist|not found|unknown)|(unknown|invalid|no such) model", re.IGNORECASE)
"""What servers say that answer 400 to an unknown model."""

IN_BAND_STATUS: Mapping[str, int] = {
    "authentication_error": 401,
    "billing_error": 402,
    "content_filter": 400,
    "context_length_exceeded": 400,
    "exceed_context_size_error": 400,
    "insufficient_quota": 429,
    "invalid_request_error": 400,
    "model_not_found": 404,
    "not_found_error": 404,
    "overloaded_error": 529,
    "permission_error": 403,
    "rate_limit_error": 429,
    "rate_limit_exceeded": 429,
    "request_too_large": 413,
}
"""Errors that arrive inside a stream that began with status 200, by their type or code, and the status that means the
same. https://docs.claude.com/en/api/errors, https://platform.openai.com/docs/guides/error-codes"""

UNNAMED_IN_BAND_STATUS = 500


def explain(error: BaseException, callee: Callee, *, streaming: bool) -> ModelError:
    """
    Return the failure of a call in words.

    Args:
        streaming: The answer had begun.
    """
    status = getattr(error, "status_code", None)
    if isinstance(status, int) and status >= 300:
        return _from_status(status, error, callee, label=f" ({status})")
    if _body(error) is not None:
        return in_band(_body(error), callee)
    return from_network(error, callee, streaming=streaming)


def in_band(body: object, callee: Callee) -> ModelError:
    """Return the failure that a provider reported inside its stream, from its error object."""
    inner = dig(body, "error") or body
    names = (dig(inner, "code"), dig(inner, "type"))
    status = next((IN_BAND_STATUS[name] for name in names if isinstance(name, str) and name in IN_BAND_STATUS), None)
    if status is None:
        numbers = [name for name in names if isinstance(name, int) and 400 <= name < 600]
        status = numbers[0] if numbers else UNNAMED_IN_BAND_STATUS
    return _from_status(status, _Reported(inner), callee, label="")


def ended_early(callee: Callee, *, silent: bool, content_type: str) -> ModelError:
    """
    Return the failure of a stream that ended without a stop reason.

    Args:
        silent: Not one event came.
        content_type: The answer's media type, for telling what it was if it was no stream.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if silent and kind != "text/event-stream":
        return no_stream(callee, kind)
    if silent:
        return ModelError(
            ModelErrorKind.CUT_OFF,
            f"{callee.host} ended its answer without a word.",
            hint="Some servers do this when the request is too long for the model.",
        )
    return ModelError(
        ModelErrorKind.CUT_OFF,
        f"{callee.host} ended its answer without saying why: it may be cut off.",
        hint="What arrived is kept. Ask again, or edit it.",
    )


def no_stream(callee: Callee, content_type: str) -> ModelError:
    """Return the failure of an address that answered, but not as a model does."""
    shown = content_type if re.fullmatch(r"[\w.+-]{1,40}/[\w.+-]{1,40}", content_type) else "something else"
    return ModelError(
        ModelErrorKind.CONFIGURATION,
        f"{callee.host} answered with {shown}, not with a model's stream.",
        hint="Check base_url in the configuration: this does not look like a model's address.",
    )


class _Reported(Exception):
    """An error object from inside a stream, with the attribute that SDK exceptions have."""

    def __init__(self, body: object) -> None:
        super().__init__()
        self.body = body


def _from_status(status: int, error: BaseException, callee: Callee, *, label: str) -> ModelError:
    if status in (401, 403):
        return _refused_key(status, callee, label)
    if status == 402 or (status < 500 and _is_out_of_budget(error, callee)):
        return ModelError(
            ModelErrorKind.NO_BUDGET,
            f"There is no budget left at {callee.host}{label}.{_quote(error, callee)}",
            hint="Add credit there, or pick another model.",
        )
    if status == 429:
        return _limited(error, callee, label)
    if status == 408:
        return timed_out(callee, streaming=False)
    if 400 <= status < 500:
        return _refused(status, error, callee, label)
    if status >= 500:
        return ModelError(
            ModelErrorKind.OVERLOADED,
            f"{callee.host} could not answer{label}.{_quote(error, callee)}",
            hint="Its servers may be overloaded. Try again in a while, or pick another model.",
            retry_after=_retry_after(error),
        )
    return ModelError(
        ModelErrorKind.CONFIGURATION,
        f"{callee.host} sends us on to another address{label}, which is not followed.",
        hint="Set base_url to the address itself.",
    )


def _refused(status: int, error: BaseException, callee: Callee, label: str) -> ModelError:
    words = _quote(error, callee)
    if status in (404, 405) and not words:
        return ModelError(
            ModelErrorKind.CONFIGURATION,
            f"{callee.host} has no model's interface at this address{label}.",
            hint="Check base_url in the configuration.",
        )
    if status == 404 or (status == 400 and NO_SUCH_MODEL.search(words)):
        return ModelError(
            ModelErrorKind.UNKNOWN_MODEL,
            f'{callee.host} does not know the model "{callee.model}"{label}.{words}',
            hint="Check model and base_url in the configuration.",
        )
    if FILTERED & set(_names(error)):
        return ModelError(
            ModelErrorKind.BAD_REQUEST,
            f"The content filter of {callee.host} refused the request{label}.{words}",
            hint="Change what it says, or pick another model.",
        )
    if status == 413 or TOO_LONG.search(words):
        return ModelError(
            ModelErrorKind.BAD_REQUEST,
            f"The request is too long for this model{label}.{words}",
            hint="Shorten it, or pick a model with a larger context window.",
        )
    return ModelError(
        ModelErrorKind.BAD_REQUEST,
        f"{callee.host} refused the request{label}.{words}",
        hint="Change what it names, or pick another model.",
    )


def _refused_key(status: int, callee: Callee, label: str) -> ModelError:
    if callee.variable is None:
        return ModelError(
            ModelErrorKind.AUTHENTICATION,
            f"{callee.host} wants a key{label}.",
            hint="Set api_key_env in the configuration to the name of the variable that holds it.",
        )
    verb = "did not accept the key" if status == 401 else "does not allow this with the key"
    return ModelError(
        ModelErrorKind.AUTHENTICATION,
        f"{callee.host} {verb} in {callee.variable}{label}.",
        hint=f"Check the value of {callee.variable}, and what it may be used for.",
    )


def _limited(error: BaseException, callee: Callee, label: str) -> ModelError:
    wait = _retry_after(error)
    hint = "Try again in a while." if wait is None else f"Try again in {math.ceil(wait)} s."
    return ModelError(
        ModelErrorKind.RATE_LIMITED,
        f"{callee.host} limits how often it answers{label}.{_quote(error, callee)}",
        hint=hint,
        retry_after=wait,
    )


def _is_out_of_budget(error: BaseException, callee: Callee) -> bool:
    return bool(NO_BUDGET_CODES & set(_names(error)) or NO_BUDGET_WORDS.search(_quote(error, callee)))


def _names(error: BaseException) -> tuple[str, ...]:
    """Return what a provider calls its error by: its code and its type, as far as they are words."""
    names = (dig(_inner(error), "code"), dig(_inner(error), "type"))
    return tuple(name for name in names if isinstance(name, str))


def _body(error: BaseException) -> object:
    return getattr(error, "body", None)


def _inner(error: BaseException) -> object:
    body = _body(error)
    return dig(body, "error") or body


def _quote(error: BaseException, callee: Callee) -> str:
    """Return the provider's own words as a sentence to append, or an empty string."""
    inner = _inner(error)
    words = inner if isinstance(inner, str) and _is_json(error) else dig(inner, "message")
    text = " ".join(clean_text(words).split())
    for secret in callee.secrets:
        text = text.replace(secret, "…")
    text = KEY_LIKE.sub("…", text)
    if len(text) > LONGEST_QUOTE:
        text = text[:LONGEST_QUOTE] + "…"
    return f" It says: {text}" if text else ""


def _is_json(error: BaseException) -> bool:
    """Whether the answer was JSON; the SDKs hand on any other body as it came, such as a proxy's page."""
    headers = dig(error, "response", "headers")
    return headers is not None and headers.get("content-type", "").startswith("application/json")


def _retry_after(error: BaseException) -> float | None:
    """Return the seconds that a provider asks to wait (RFC 9110, 10.2.3: a number or a date; OpenAI's own header)."""
    headers = dig(error, "response", "headers")
    if headers is None:
        return None
    milliseconds = _number(headers.get("retry-after-ms"))
    seconds = _number(headers.get("retry-after")) if milliseconds is None else milliseconds / 1000
    if seconds is None:
        try:
            seconds = parsedate_to_datetime(headers.get("retry-after") or "").timestamp() - time()
        except (ValueError, OverflowError):
            return None
    return max(0.0, seconds)


def _number(value: str | None) -> float | None:
    try:
        number = float(value or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None

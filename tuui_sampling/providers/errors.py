"""
What went wrong with a model call, in plain words: the SDKs' and the HTTP library's exceptions → `ModelError`.

Nothing here imports an SDK: their exceptions are read by what they carry (a status, a body, a cause). A message may
quote the provider's own words, shortened and without anything that looks like a key.
"""

import math
import re
from collections.abc import Iterable, Mapping
from email.utils import parsedate_to_datetime
from time import time

from ..sampling.errors import ModelError, ModelErrorKind, causes
from ..sampling.wire_errors import words_of
from .credentials import Callee
from .error_bodies import names_of, number_of
from .network_errors import from_network, refused_by_proxy, timed_out
from .wire_values import dig

MAX_QUOTE = 300
"""Characters of a provider's own words that a message may hold."""

KEY_LIKE = re.compile(r"\b(?:sk|pk|key|api|gsk|xai)[-_][\w*.-]{6,}|\bBearer\s+\S+", re.IGNORECASE)
"""What looks like a key, whole or masked, though it is not the one that we know."""

TOO_LONG = re.compile(
    r"context.{0,10}(length|size|window)|too long|too many tokens|maximum.{0,20}tokens|prompt.{0,20}exceeds",
    re.IGNORECASE,
)

NO_BUDGET_CODES = frozenset(
    {"billing_error", "billing_hard_limit_reached", "billing_not_active", "insufficient_balance", "insufficient_quota"}
)
NO_BUDGET_WORDS = re.compile(
    r"credit balance|insufficient (balance|credits?|funds|quota)|exceeded your (current )?quota|quota exceeded",
    re.IGNORECASE,
)
"""Anthropic answers 400 with the first of these, without a code of its own."""

KEY_WORDS = re.compile(
    r"api.?key|access.?token|bearer|unauthori[sz]ed|unauthenticated|not authenticated|authentication|credentials?\b",
    re.IGNORECASE,
)
"""Words that say that it is the key which is not accepted."""

ABOUT_THE_MODEL = re.compile(r"model|deployment", re.IGNORECASE)

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
    for status in (getattr(one, "status_code", None) for one in causes(error)):
        if isinstance(status, int) and status >= 300:
            return _from_status(status, error, callee, label=f" ({status})")
    return from_network(error, callee, streaming=streaming)


def in_band(body: object, callee: Callee) -> ModelError:
    """Return the failure that a provider reported in an answer of status 200, from its error in any form."""
    names = [name for name in names_of(body) if name in IN_BAND_STATUS]
    status = IN_BAND_STATUS[names[0]] if names else number_of(body) or UNNAMED_IN_BAND_STATUS
    if status == UNNAMED_IN_BAND_STATUS and TOO_LONG.search(words_of(body)):
        status = 400
    return _from_status(status, _Reported(body), callee, label="")


def ended_badly(callee: Callee, reason: str) -> ModelError:
    """Return the failure of an answer whose provider says that it broke it off."""
    return ModelError(
        ModelErrorKind.CUT_OFF,
        f'{callee.host} broke its answer off: its reason for the end is "{reason[:60]}".',
        hint="What arrived is kept. Ask again, or edit it.",
    )


def ended_early(callee: Callee, *, silent: bool) -> ModelError:
    """
    Return the failure of a stream that ended without a stop reason.

    Args:
        silent: Not one event came.
    """
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


def other_form(callee: Callee) -> ModelError:
    """Return the failure of an answer of which nothing is in a form that this provider's API has."""
    return ModelError(
        ModelErrorKind.CONFIGURATION,
        f"{callee.host} answered in a form that is not known here.",
        hint="Check provider and base_url in the configuration: it may speak the API of another provider.",
    )


def no_stream(callee: Callee, content_type: str, words: str = "") -> ModelError:
    """Return the failure of an address that answered, but not as a model does; `words` is what it said."""
    kind = content_type.partition(";")[0].strip().lower()
    shown = kind if re.fullmatch(r"[\w.+-]{1,40}/[\w.+-]{1,40}", kind) else "something else"
    return ModelError(
        ModelErrorKind.CONFIGURATION,
        f"{callee.host} answered with {shown}, not with a model's answer.{_quoted(words, callee)}",
        hint="Check base_url in the configuration: this does not look like a model's address.",
    )


class _Reported(Exception):
    """An error object from inside a stream, with the attribute that SDK exceptions have."""

    def __init__(self, body: object) -> None:
        super().__init__()
        self.body = body


def _from_status(status: int, error: BaseException, callee: Callee, *, label: str) -> ModelError:
    words = _quote(error, callee)
    if status == 401 or (status in (400, 403) and KEY_WORDS.search(words)):
        return _refused_key(callee, f"{label}.{words}")
    if status == 402 or (status != 403 and _is_out_of_budget(error, callee)):
        return ModelError(
            ModelErrorKind.NO_BUDGET,
            f"There is no budget left at {callee.host}{label}.{words}",
            hint="Add credit there, or pick another model.",
        )
    if status == 403:
        return _forbidden(callee, f"{label}.{words}")
    if status == 429:
        return _limited(error, callee, label)
    if status == 407 and callee.route.proxy:
        return refused_by_proxy(callee, words)
    if status == 408:
        return timed_out(callee, streaming=False, words=words)
    if 400 <= status < 500:
        return _refused(status, error, callee, label)
    if status >= 500:
        return ModelError(
            ModelErrorKind.OVERLOADED,
            f"{callee.host} could not answer{label}.{words}",
            hint="Its servers may be overloaded. Try again in a while, or pick another model.",
            retry_after=_retry_after(error),
        )
    if status in (304, 305, 306):
        return _refused(status, error, callee, label)
    return ModelError(
        ModelErrorKind.CONFIGURATION,
        f"{callee.host} sends us on to another address{label}, which is not followed.",
        hint="Set base_url to the address itself.",
    )


def _refused(status: int, error: BaseException, callee: Callee, label: str) -> ModelError:
    words = _quote(error, callee)
    if (status == 404 and _is_about_the_model(error, callee)) or (status == 400 and NO_SUCH_MODEL.search(words)):
        return ModelError(
            ModelErrorKind.UNKNOWN_MODEL,
            f'{callee.host} does not know the model "{callee.model}"{label}.{words}',
            hint="Check model in the configuration, and what the key may use.",
        )
    if status in (404, 405):
        return ModelError(
            ModelErrorKind.CONFIGURATION,
            f"{callee.host} has no model's interface at this address{label}.{words}",
            hint="Check base_url in the configuration: most end in /v1.",
        )
    if FILTERED & set(_names(error)):
        return ModelError(
            ModelErrorKind.BAD_REQUEST,
            f"The content filter of {callee.host} refused the request{label}.{words}",
            hint="Change what it says, or pick another model.",
        )
    if status == 413 or TOO_LONG.search(words):
        return ModelError(
            ModelErrorKind.TOO_LONG,
            f"The request is too long for this model{label}.{words}",
            hint="Shorten it, or pick a model with a larger context window.",
        )
    return ModelError(
        ModelErrorKind.BAD_REQUEST,
        f"{callee.host} refused the request{label}.{words}",
        hint="Change what it names, or pick another model.",
    )


def _is_about_the_model(error: BaseException, callee: Callee) -> bool:
    """Whether a 404 is about the model; otherwise it is the address that leads nowhere."""
    return any(ABOUT_THE_MODEL.search(text) for text in (*_names(error), _quote(error, callee)))


def _refused_key(callee: Callee, rest: str) -> ModelError:
    if callee.variable is None:
        return ModelError(
            ModelErrorKind.AUTHENTICATION,
            f"{callee.host} wants a key{rest}",
            hint="Set api_key_env in the configuration to the name of the variable that holds it.",
        )
    return ModelError(
        ModelErrorKind.AUTHENTICATION,
        f"{callee.host} did not accept the key in {callee.variable}{rest}",
        hint=f"Check the value of {callee.variable}, and what it may be used for.",
    )


def _forbidden(callee: Callee, rest: str) -> ModelError:
    account = f"the account and the key in {callee.variable}" if callee.variable else "you, without a key,"
    return ModelError(
        ModelErrorKind.AUTHENTICATION,
        f"{callee.host} does not allow this{rest}",
        hint=f"Check whether {account} may use this model, from where you are.",
    )


def _limited(error: BaseException, callee: Callee, label: str) -> ModelError:
    wait = _retry_after(error)
    hint = "Try again in a while." if wait is None else f"Try again in {_span(wait)}."
    return ModelError(
        ModelErrorKind.RATE_LIMITED,
        f"{callee.host} limits how often it answers{label}.{_quote(error, callee)}",
        hint=hint,
        retry_after=wait,
    )


def _span(seconds: float) -> str:
    """Return a time to wait in words."""
    for size, unit in ((172_800, "days"), (7_200, "hours"), (300, "minutes")):
        if seconds >= size:
            return f"{math.ceil(seconds / {'days': 86_400, 'hours': 3_600, 'minutes': 60}[unit]):,} {unit}"
    return f"{math.ceil(seconds)} s"


def _is_out_of_budget(error: BaseException, callee: Callee) -> bool:
    return bool(NO_BUDGET_CODES & set(_names(error)) or NO_BUDGET_WORDS.search(_quote(error, callee)))


def _names(error: BaseException) -> tuple[str, ...]:
    return tuple(names_of(_body(error)))


def _body(error: BaseException) -> object:
    """Return what came with a status: whole, since one of the SDKs keeps no more than its member `error`."""
    try:
        return error.response.json()  # type: ignore[attr-defined]
    except (AttributeError, ValueError, RecursionError, RuntimeError):  # none, not JSON, or not read
        return getattr(error, "body", None)


def _quote(error: BaseException, callee: Callee) -> str:
    """Return the provider's own words as a sentence to append, or an empty string."""
    body = _body(error)
    return _quoted("" if isinstance(body, str) and _is_page(error, body) else words_of(body), callee)


def without_keys(texts: Iterable[str], callee: Callee) -> tuple[str, ...]:
    """Return texts of a provider's without keys: ours, and what looks like one."""
    return tuple(_without_keys(text, callee) for text in texts)


def _without_keys(text: str, callee: Callee) -> str:
    for secret in callee.secrets:
        text = text.replace(secret, "…")
    return KEY_LIKE.sub("…", text)


def _quoted(text: str, callee: Callee) -> str:
    text = _without_keys(text, callee)
    if len(text) > MAX_QUOTE:
        text = text[:MAX_QUOTE] + "…"
    return f" It says: {text}" if text else ""


def _is_page(error: BaseException, body: str) -> bool:
    """Whether a text is a page, such as a proxy's, which is not for reading here."""
    headers = dig(error, "response", "headers")
    return body.lstrip().startswith("<") or "html" in (headers.get("content-type", "") if headers is not None else "")


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

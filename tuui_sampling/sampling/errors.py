"""
Our exceptions. Every one says what, where and what next, in words that may be shown to the user.

::

    TuuiError                     a condition we name; never a bug
    ├── MalformedRequest          a server's parameters break the specification (-32602)
    ├── RequestRefused            a server is muted, or asks too much at once: nobody is asked
    ├── ModelError                a model gave no usable response; the review stays open
    ├── ServerError               an MCP server could not be started, spoken to, or did not answer
    │   └── CallRefused           it answered a call with an error, and is still there
    ├── LedgerError               the record could not be written or read
    └── ConfigError               the configuration can't be used (defined in config/load.py)

None of these texts travels to an MCP server or a model: `servers/connection.py` answers with constants.
"""

from collections.abc import Iterator
from enum import StrEnum


class TuuiError(Exception):
    """
    The root of our own errors.

    Attributes:
        message: What happened, one sentence.
        hint: What can be done about it, or an empty string.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class MalformedRequest(TuuiError):
    """
    A `sampling/createMessage` whose parameters break the specification.

    Attributes:
        path: Where in the parameters, such as ``messages[2].content``.
        problem: What is wrong there, without the value: it may travel to the server.
    """

    def __init__(self, path: str, problem: str, got: str = "") -> None:
        """
        Name the place.

        Args:
            got: The value in words.
        """
        super().__init__(f"{path}: {problem}, got {got}" if got else f"{path}: {problem}")
        self.path = path
        self.problem = problem


class Refusal(StrEnum):
    """Why a server's request is put to nobody, in words for its log."""

    MUTED = "it is muted"
    TOO_MANY = "as many as may wait at once are waiting (rate limit)"
    LIMIT = "a limit of the configuration is reached (rate limit)"


class RequestRefused(TuuiError):
    """
    A server's request is put to nobody.

    Attributes:
        refusal: Why.
        words: What the server is told, where that is not always the same.
    """

    def __init__(self, refusal: Refusal, words: str = "") -> None:
        super().__init__(refusal)
        self.refusal = refusal
        self.words = words


class ModelErrorKind(StrEnum):
    """What kind of failure a model call ended in; decides what the person is advised to do."""

    CONFIGURATION = "configuration"
    """The model can't be called as configured (no key in the environment, a bad base URL)."""
    AUTHENTICATION = "authentication"
    """The provider did not accept the key (401, 403)."""
    UNKNOWN_MODEL = "unknown model"
    """The provider does not know the model (404)."""
    RATE_LIMITED = "rate limited"
    """Too many requests (429)."""
    NO_BUDGET = "no budget left"
    """The account has no money or quota left (402, some 429)."""
    OVERLOADED = "overloaded"
    """The provider can't serve right now (500 and above, 529)."""
    BAD_REQUEST = "bad request"
    """The provider refused the request's form or content (other 4xx)."""
    TOO_LONG = "too long"
    """The request is longer than the model reads."""
    NETWORK = "network"
    """Nothing came back: name resolution, connection, TLS."""
    TIMEOUT = "timeout"
    """No answer within the model's timeout."""
    CUT_OFF = "cut off"
    """The stream ended without a stop reason: what arrived is partial."""
    UNSUPPORTED = "unsupported"
    """The request holds something that this model can't carry."""


TRANSIENT = frozenset(
    {ModelErrorKind.RATE_LIMITED, ModelErrorKind.OVERLOADED, ModelErrorKind.NETWORK, ModelErrorKind.TIMEOUT}
)
"""Kinds of failure that may be over in a moment."""


class ModelError(TuuiError):
    """
    A model gave no usable response.

    Attributes:
        kind: The kind of failure.
        retry_after: Seconds that the provider asked to wait, if it said so.
        is_transient: The same call may succeed in a while, and nothing of an answer has arrived yet: it may be made
            again without asking.
        unread: What the provider sent and could not be read, as it came over the wire, without keys.
    """

    unread: tuple[str, ...] = ()

    def __init__(
        self,
        kind: ModelErrorKind,
        message: str,
        *,
        hint: str = "",
        retry_after: float | None = None,
        is_transient: bool | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.kind = kind
        self.retry_after = retry_after
        self.is_transient = kind in TRANSIENT if is_transient is None else is_transient


class ServerError(TuuiError):
    """An MCP server could not be started, spoken to, or did not answer."""


class ConnectionLost(ServerError):
    """A server or its connection ended while something was asked of it: nobody knows how far that has come."""


class CallRefused(ServerError):
    """A server answered a call with a protocol error, or with what is not a result; it is still there."""


class LedgerError(TuuiError):
    """The record could not be written or read."""


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception, what caused it, and so on; of a group, the members."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        cause = waiting.pop(0)
        if cause is None or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        if isinstance(cause, BaseExceptionGroup):
            waiting.extend(cause.exceptions)
        waiting.extend((cause.__cause__, cause.__context__))

"""
A trace as the content of a file: one JSON object a line, with secrets masked by value.

What is masked: the values that the configuration puts into the server's environment and into its HTTP headers, what it
takes from our environment into any setting of the server, and the values of all variables of ours that hold a key, by
their name or by the configuration's word.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime

from ..config.settings import ServerSettings
from ..sampling.checks.secret_names import may_name_secret
from ..sampling.request import Json
from ..sampling.visible import json_text
from .state.trace import TracedMessage

MASK = "•••"

Mask = Callable[[Json], Json]
"""Returns a value without what else must not be in a file."""

MIN_SECRET = 4
"""Characters; what is shorter is not a secret, and occurs everywhere."""


def secrets_of(settings: ServerSettings, environ: Mapping[str, str], names: Collection[str] = ()) -> tuple[str, ...]:
    """
    Return the values that must not be in a saved trace, the longest first.

    Args:
        names: Variables of `environ` that hold a key, whatever they are called.
    """
    values = {value for name, value in environ.items() if name in names or may_name_secret(name)}
    values.update(settings.env.values(), settings.headers.values(), settings.secrets)
    values.update(part for value in settings.headers.values() for part in value.split())  # the abc of "Bearer abc"
    return tuple(sorted((value for value in values if len(value) >= MIN_SECRET), key=len, reverse=True))


def export(
    server: str, messages: Iterable[TracedMessage], secrets: Collection[str], mask: Mask = lambda value: value
) -> bytes:
    """Return messages as lines of JSON: letters as they are, and what a terminal would obey, or hide, escaped."""
    lines = (json_text(_line(server, message, secrets, mask)) for message in messages)
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")


def _line(server: str, message: TracedMessage, secrets: Collection[str], mask: Mask) -> dict[str, Json]:
    line: dict[str, Json] = {
        "at": datetime.fromtimestamp(message.at, UTC).isoformat(timespec="milliseconds"),
        "server": server,
        "number": message.number,
        "direction": str(message.direction),
        "kind": str(message.kind),
        "method": masked(message.method, secrets),
        "id": masked(message.id, secrets),
        "size": message.size,
        "latency_ms": None if message.latency is None else round(message.latency * 1000, 3),
        "other": message.other,
    }
    try:
        line["message"] = mask(masked(json.loads(message.data), secrets))
    except (ValueError, RecursionError):  # cut, or of more digits than a number may have
        line["text"] = mask(_masked_text(message.text, secrets))
    return line


def masked(value: Json, secrets: Collection[str]) -> Json:
    """Return a value with every secret in it replaced, in names of members and in numbers too."""
    match value:
        case str():
            for secret in secrets:
                value = value.replace(secret, MASK)
            return value
        case bool() | None:
            return value
        case int() | float():
            return MASK if str(value) in secrets else value
        case list():
            return [masked(item, secrets) for item in value]
        case _:
            return {str(masked(name, secrets)): masked(item, secrets) for name, item in value.items()}


def _masked_text(text: str, secrets: Collection[str]) -> str:
    """Mask in JSON that can't be read: a secret may stand in it as it is, or escaped in either of two ways."""
    for secret in secrets:
        for form in (secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]):
            text = text.replace(form, MASK)
    return text

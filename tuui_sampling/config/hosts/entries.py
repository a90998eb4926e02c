"""Turns one entry of another host's list into a server of ours, and says what could not be carried over."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .server import HostServer
from .texts import Texts

URL_KEYS = ("url", "serverUrl", "httpUrl", "uri", "endpoint")
ENV_KEYS = ("env", "environment", "envs")
HEADER_KEYS = ("headers", "http_headers")
BUILT_IN = ("builtin", "platform", "frontend", "extension", "inline_python")

SILENT = frozenset(
    {"name", "description", "type", "transport", "source", "enabled", "disabled", "display_name", "config"}
)
"""Members of an entry that change nothing of what is carried over, or are looked at elsewhere."""

EXPLAINED = {
    "autoApprove": "what was approved there by itself is reviewed here",
    "alwaysAllow": "what was approved there by itself is reviewed here",
    "timeout": "its timeout of a call is not carried over: nothing here ends a call while a person thinks",
    "tool_timeout_sec": "its timeout of a call is not carried over: nothing here ends a call while a person thinks",
    "envFile": "the variables of its envFile are not carried over: put them into env",
    "oauth": "its sign-in is not carried over: you are shown the page here when the server asks",
}


class NoServer(Exception):
    """The entry is not a server that could be started or called; the text says why."""


def host_server(
    name: str, entry: Mapping[str, Any], *, inputs: Mapping[str, str] | None = None, project: Path | None = None
) -> HostServer:
    """
    Return one entry as a server of ours.

    Args:
        inputs: What VS Code would ask for, by id.
        project: The folder that the file's project lies in; None for a file of the user's own.

    Raises:
        NoServer: It is none.
    """
    flat = _flattened(entry)
    texts = Texts(name, inputs or {}, project)
    table = _called(flat, texts) if any(flat.get(key) for key in URL_KEYS) else _started(flat, texts)
    if flat.get("disabled") is True or flat.get("enabled") is False:
        table["enabled"] = False
    seconds = flat.pop("startup_timeout_sec", None)
    if isinstance(seconds, int | float) and not isinstance(seconds, bool) and seconds > 0:
        table["startup_timeout"] = seconds
    notes = [*texts.notes, *_left(flat)]
    return HostServer(name, table, tuple(dict.fromkeys(notes)), texts.variables)


def _flattened(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry without what some hosts nest in it: goose's `config`, Zed's old `command`, a `transport`."""
    flat = dict(entry)
    for key in ("config", "transport"):
        if isinstance(inner := flat.get(key), Mapping):
            flat = {**inner, **{name: value for name, value in flat.items() if name != key}}
    if isinstance(command := flat.get("command"), Mapping):
        flat |= {"command": command.get("path"), "args": command.get("args", ()), "env": command.get("env", {})}
    if "cmd" in flat:
        flat["command"] = flat.pop("cmd")
    return flat


def _started(flat: dict[str, Any], texts: Texts) -> dict[str, Any]:
    command = flat.pop("command", None)
    parts = list(command) if isinstance(command, list) else [command]
    if not parts or not isinstance(parts[0], str) or not parts[0].strip():
        kind = flat.get("type") or flat.get("source")
        why = f"it is part of the host itself ({kind})" if kind in BUILT_IN else "it has neither a command nor a url"
        raise NoServer(why)
    table: dict[str, Any] = {"command": texts.text(parts[0])}
    if args := texts.arguments([*parts[1:], *_list(flat.pop("args", None))]):
        table["args"] = args
    if isinstance(cwd := flat.pop("cwd", None), str) and cwd:
        table["cwd"] = texts.text(cwd)
    inherited = [str(one) for one in (*_list(flat.pop("env_keys", None)), *_list(flat.pop("env_vars", None)))]
    if inherited:
        table["inherit_env"] = inherited
        texts.variables |= dict.fromkeys(inherited, "the host takes it from its own store or environment")
    if env := _texts(flat, ENV_KEYS):
        table["env"] = {key: texts.named(key, value, "variable") for key, value in env.items()}
    return table


def _called(flat: dict[str, Any], texts: Texts) -> dict[str, Any]:
    key = next(one for one in URL_KEYS if flat.get(one))
    table: dict[str, Any] = {"url": texts.url(flat.pop(key))}
    if "sse" in str(flat.get("type") or flat.get("transport") or "").casefold():
        table["transport"] = "sse"
    headers = {name: texts.named(name, value, "header") for name, value in _texts(flat, HEADER_KEYS).items()}
    for name, variable in _texts(flat, ("env_http_headers",)).items():
        headers[name] = _from_environment(str(variable), texts)
    if isinstance(variable := flat.pop("bearer_token_env_var", None), str) and variable:
        headers["Authorization"] = f"Bearer {_from_environment(variable, texts)}"
    if headers:
        table["headers"] = headers
    for other in (*ENV_KEYS, "args", "command"):
        if not flat.get(other):
            flat.pop(other, None)
    return table


def _from_environment(variable: str, texts: Texts) -> str:
    texts.variables.setdefault(variable, "it is taken from the environment there, too")
    return f"${{{variable}}}"


def _texts(flat: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    """Take the tables of these names out, as one."""
    found: dict[str, Any] = {}
    for key in keys:
        value = flat.pop(key, None)
        if isinstance(value, Mapping):
            found |= {str(name): text for name, text in value.items() if text is not None}
    return found


def _list(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _left(flat: Mapping[str, Any]) -> list[str]:
    """Say what of an entry is not carried over."""
    return [
        EXPLAINED.get(key, f"{key} is not carried over")
        for key, value in flat.items()
        if key not in SILENT and value not in (None, [], {}, "")
    ]

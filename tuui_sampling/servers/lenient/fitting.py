"""
Makes of each result what the SDK's session takes, and sends what the server sent along in its `_meta`.

The session refuses a whole result for one member that does not fit, and keeps to itself which. So it gets a result
that fits and says no more than it needs, and whoever asked reads the result as it was sent (`as_sent`).
"""

from collections.abc import Callable, Mapping
from typing import Any

import mcp_types as types
from mcp_types import methods
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS, LATEST_HANDSHAKE_VERSION, MODERN_PROTOCOL_VERSIONS
from pydantic import ValidationError

from ...sampling.request import Json
from ..state.primitives import OfferKind
from .entries import LIST_KEYS
from .remarks import Members, expected, quoted

AS_SENT = "tuui-sampling/as-sent"
"""The member of `_meta` that holds a result as the server sent it."""

NOT_AN_OBJECT = "tuui-sampling/not-an-object"
"""The one member of a result that stands for one that is not an object."""

COMMON: Mapping[str, Json] = {"resultType": "complete", "ttlMs": 0, "cacheScope": "private"}
"""What the modern era wants of every result, and the legacy one does not look at."""

CAPABILITIES = ("tools", "prompts", "resources", "completions", "logging")

EMPTY_RESULTS: Mapping[str, Json] = {
    "tools/call": {"content": []},
    "prompts/get": {"messages": []},
    "resources/read": {"contents": []},
    "completion/complete": {"completion": {"values": []}},
}

Remark = Callable[[str], None]


def as_sent(result: types.Result) -> Json:
    """Return a result as the server sent it."""
    sent = (result.meta or {}).get(AS_SENT)
    if isinstance(sent, Mapping) and set(sent) == {NOT_AN_OBJECT}:
        return sent[NOT_AN_OBJECT]
    return sent


def fitting_result(method: str, result: dict[str, Any], remark: Remark) -> dict[str, Any]:
    """
    Return a result for the session.

    Args:
        method: What was asked.
        remark: Is told what did not fit, where nobody else reads the result as it was sent.
    """
    match method:
        case "initialize":
            return _handshake(result, remark)
        case "server/discover":
            return _discovery(result, remark)
        case "subscriptions/listen":  # the end of a stream, which the session tells by its `_meta`
            return result
    kind = next((kind for kind, listing in LISTS.items() if listing == method), None)
    fit = _list(kind, result) if kind is not None else dict(EMPTY_RESULTS.get(method, {}))
    return {**COMMON, **fit, "_meta": {AS_SENT: result}}


LISTS = {
    OfferKind.TOOL: "tools/list",
    OfferKind.PROMPT: "prompts/list",
    OfferKind.RESOURCE: "resources/list",
    OfferKind.TEMPLATE: "resources/templates/list",
}


def _list(kind: OfferKind, result: Mapping[str, Json]) -> dict[str, Any]:
    """Return a page of a list; the session itself needs nothing but the tools, and of those the ones that fit."""
    key = LIST_KEYS[kind]
    entries = result.get(key)
    if kind is not OfferKind.TOOL or not isinstance(entries, list):
        return {key: []}
    return {key: [entry for entry in entries if _is_tool(entry)]}


def _is_tool(entry: Json) -> bool:
    try:
        types.Tool.model_validate(entry, by_name=False)
        page = {**COMMON, "tools": [entry]}
        for version in (LATEST_HANDSHAKE_VERSION, *MODERN_PROTOCOL_VERSIONS[-1:]):
            methods.validate_server_result("tools/list", version, page)
    except ValidationError:
        return False
    return True


# --- handshakes ---


def unknown_version(result: Mapping[str, Json]) -> str:
    """Return why a handshake can't go on, or nothing: the answer to `initialize` names a version not known here."""
    version = result.get("protocolVersion", LATEST_HANDSHAKE_VERSION)
    if version is None or version in HANDSHAKE_PROTOCOL_VERSIONS:
        return ""
    known = ", ".join(HANDSHAKE_PROTOCOL_VERSIONS)
    return f"it speaks protocol version {quoted(version)}, which is not known here (known: {known})"


def _handshake(result: Mapping[str, Json], remark: Remark) -> dict[str, Any]:
    """Return the answer to `initialize`: a member that nothing depends on may be missing or odd."""
    members = Members(result)
    version = members.get("protocolVersion")
    if version is None:
        members.remark(expected("protocolVersion", "a date", None, missing="protocolVersion" not in members))
        version = LATEST_HANDSHAKE_VERSION
    fit = {
        "protocolVersion": version if isinstance(version, str) else quoted(version),
        "capabilities": _capabilities(members),
        "serverInfo": _identity(members.object("serverInfo", needed=True), "serverInfo", members.remark),
    }
    return _told(fit, members, result, remark)


def _discovery(result: Mapping[str, Json], remark: Remark) -> dict[str, Any]:
    """Return the answer to `server/discover`."""
    members = Members(result)
    versions = [version for version in members.items("supportedVersions") if isinstance(version, str)]
    meta = members.object("_meta")
    stamp = meta.get(types.SERVER_INFO_META_KEY)
    if stamp is not None:
        identity = Members(meta, "_meta").object(types.SERVER_INFO_META_KEY)
        meta[types.SERVER_INFO_META_KEY] = _identity(identity, f"_meta.{types.SERVER_INFO_META_KEY}", members.remark)
    fit = {**COMMON, "supportedVersions": versions, "capabilities": _capabilities(members)}
    return _told({**fit, "_meta": meta}, members, result, remark)


def _told(fit: dict[str, Any], members: Members, result: Mapping[str, Json], remark: Remark) -> dict[str, Any]:
    instructions = members.text("instructions")
    if instructions is not None:
        fit["instructions"] = instructions
    for words in members.remarks:
        remark(words)
    fit["_meta"] = {**fit.get("_meta", {}), AS_SENT: result}
    return fit


def _identity(info: Mapping[str, Json], where: str, remark: Remark) -> dict[str, Any]:
    members = Members(info, where)
    identity: dict[str, Any] = {key: members.text(key) or "" for key in ("name", "version")}
    for key in ("name", "version"):
        if key not in members:
            members.remark(expected(f"{where}.{key}", "text", None, missing=True))
    if title := members.text("title"):
        identity["title"] = title
    for words in members.remarks:
        remark(words)
    return identity


def _capabilities(members: Members) -> dict[str, Any]:
    """Return what a server can do, as far as it matters here; what it says in another form than an object, it can."""
    said = members.object("capabilities", needed=True)
    fit: dict[str, Any] = {}
    for name in CAPABILITIES:
        if (value := said.get(name)) is None or value is False:
            continue
        if not isinstance(value, Mapping):
            members.remark(expected(f"capabilities.{name}", "an object", value))
        details = value if isinstance(value, Mapping) else {}
        fit[name] = {}
        for key in ("listChanged", "subscribe"):
            if (flag := details.get(key)) is not None and not isinstance(flag, bool):
                members.remark(expected(f"capabilities.{name}.{key}", "true or false", flag))
            elif flag is not None:
                fit[name][key] = flag
    return fit

"""
Stands between the wire and the SDK's session: what passes is read leniently, and nothing of it is dropped in silence.

A result is made to fit before the session looks at it (`fitting.py`); a notification that the session would drop is
shown among the others as it came; a question of an unknown kind is told.
"""

import json
from collections.abc import Mapping

import mcp_types as types
from mcp.shared.dispatcher import coerce_request_id
from mcp_types import methods
from mcp_types.version import KNOWN_PROTOCOL_VERSIONS, LATEST_HANDSHAKE_VERSION, LATEST_MODERN_VERSION
from pydantic import ValidationError

from ...sampling.request import Json
from ..state.primitives import LOG_LEVELS
from ..state.server import Server
from .fitting import fitting_result, unknown_version
from .remarks import expected, quoted
from .requests import SERVER_REQUESTS, session_params

MAX_LOGGED = 20
"""Remarks on one connection that get a line in the log; the later ones are only counted."""

CHANGES = (
    "notifications/tools/list_changed",
    "notifications/prompts/list_changed",
    "notifications/resources/list_changed",
)


class LenientTap:
    """
    Looks at the messages of one connection.

    Attributes:
        problem: Why the handshake can't go on, in words; empty while it can.
    """

    def __init__(self, server: Server) -> None:
        """Look at the messages of a server's next connection."""
        self.problem = ""
        self._server = server
        self._asked: dict[types.RequestId, str] = {}
        self._version = LATEST_HANDSHAKE_VERSION
        self._logged = 0

    def sent(self, message: types.JSONRPCMessage, raw: bytes, *, past_session: bool) -> None:
        """Look at a message of ours: remember what is asked."""
        match message:
            case types.JSONRPCRequest():
                self._asked[coerce_request_id(message.id)] = message.method
            case types.JSONRPCNotification(
                method="notifications/cancelled", params={"requestId": str() | int() as identifier}
            ):
                self._asked.pop(coerce_request_id(identifier), None)

    def came(self, message: types.JSONRPCMessage, raw: bytes) -> types.ErrorData | None:
        """Look at a message of the server's, and make it fit; none is kept from the session."""
        match message:
            case types.JSONRPCRequest():
                if message.method == "ping":
                    message.params = session_params(message.method, message.params)
                if (message.method, self._version) not in methods.SERVER_REQUESTS:
                    self.remark(f"it asked for {quoted(message.method)}, which is not known here")
            case types.JSONRPCResponse():
                method = self._asked.pop(coerce_request_id(message.id), None)
                if method is not None:
                    self._handshake(method, message.result)
                    message.result = fitting_result(method, message.result, self.remark)
            case types.JSONRPCError() if message.id is not None:
                self._asked.pop(coerce_request_id(message.id), None)
            case types.JSONRPCNotification():
                self._notification(message)
        return None

    def remark(self, words: str) -> None:
        """Log what did not fit."""
        self._logged += 1
        if self._logged <= MAX_LOGGED:
            self._server.log.add("event", words)

    def _handshake(self, method: str, result: Mapping[str, Json]) -> None:
        if method == "initialize":
            self.problem = unknown_version(result)
            version = result.get("protocolVersion")
            self._version = version if version in KNOWN_PROTOCOL_VERSIONS else LATEST_HANDSHAKE_VERSION
        elif method == "server/discover":
            self._version = LATEST_MODERN_VERSION

    def _notification(self, message: types.JSONRPCNotification) -> None:
        method = message.method
        if method in SERVER_REQUESTS.values():
            return  # a question that can't be answered: `strays.py` says so
        try:
            methods.parse_server_notification(method, self._version, message.params)
            return
        except KeyError:
            words = "not known here"
        except ValidationError as error:
            words = _odd(error)
        if method in CHANGES:  # what has changed is said by the name alone
            message.params = None
        elif method == "notifications/message":
            message.params = _log_message(message.params or {})
        else:
            said = f"{words}: {json.dumps(message.params, ensure_ascii=False)}" if message.params else words
            self._server.notifications.add(method.removeprefix("notifications/"), said)
        self.remark(f"{method}: {words}")


def _odd(error: ValidationError) -> str:
    """Return the first member that does not fit, with its value."""
    first = error.errors(include_url=False, include_context=False)[0]
    where = ".".join(str(step) for step in first["loc"])
    if first["type"] == "missing":
        return f"{where} is missing"
    return f"{where} is {quoted(first['input'])}: {first['msg'].lower()}"


def _log_message(params: Mapping[str, Json]) -> dict[str, Json]:
    """Return a log message whose words are shown, whatever its level and its logger are."""
    level, logger = params.get("level"), params.get("logger")
    data = params["data"] if "data" in params else dict(params)
    if level not in LOG_LEVELS:
        data = {"data": data, "remark": expected("level", "a log level", level, missing="level" not in params)}
    fit: dict[str, Json] = {"level": level if level in LOG_LEVELS else "info", "data": data}
    if isinstance(logger, str):
        fit["logger"] = logger
    return fit

"""
A server of the modern era without an SDK: it comes back asking. Run it as a script; it speaks MCP over stdio.

- `three {}` asks for three responses in one round, and returns the state and the answers that came back, as JSON.
- `endless {}` comes back asking however often it is answered.
- `form {}` asks for values in a form of nested objects, and returns like `three`.
- `unbalanced {}` comes back asking with a tool result that belongs to no call.
- `told {}` returns the `_meta` that it was called with, as JSON.
- `calls {}` returns how often each tool was called, as JSON.
"""

import json
import sys
from collections import Counter
from typing import Any

STATE = ' s\u00e9cret "state" \u2028\n\u202e with every trap + / = % \U0001f642 '
NAMES = ("three", "endless", "form", "unbalanced", "told", "calls")
TOOLS = [{"name": name, "inputSchema": {"type": "object"}} for name in NAMES]
DONE = {"resultType": "complete"}
DISCOVERED = {
    "supportedVersions": ["2026-07-28"],
    "capabilities": {"tools": {}},
    "ttlMs": 0,
    "cacheScope": "private",
    "_meta": {"io.modelcontextprotocol/serverInfo": {"name": "rounds", "version": "1"}},
}

calls: Counter[str] = Counter()


def question(prompt: str) -> dict[str, Any]:
    """Return a sampling request as it is embedded in a result."""
    return request({"type": "text", "text": prompt})


def request(content: dict[str, Any]) -> dict[str, Any]:
    """Return a sampling request of one message."""
    messages = [{"role": "user", "content": content}]
    return {"method": "sampling/createMessage", "params": {"messages": messages, "maxTokens": 10}}


def call(params: dict[str, Any]) -> dict[str, Any]:
    """Return the result of a tool call."""
    name = params["name"]
    calls[name] += 1
    if name == "endless":
        return asking({"again": question(f"round {calls[name]}")})
    if name == "three" and "inputResponses" not in params:
        return asking({key: question(key) for key in ("a", "b", "c")})
    if name == "form" and "inputResponses" not in params:
        form = {"mode": "form", "message": "Where?", "requestedSchema": {"type": "object", "properties": {"at": {}}}}
        return asking({"a": {"method": "elicitation/create", "params": form}, "b": question("b")})
    if name == "unbalanced":
        return asking({"a": request({"type": "tool_result", "toolUseId": "t1", "content": []})})
    if name == "told":
        return DONE | {"content": [{"type": "text", "text": json.dumps(params["_meta"])}]}
    value = dict(calls) if name == "calls" else {key: params.get(key) for key in ("requestState", "inputResponses")}
    return DONE | {"content": [{"type": "text", "text": json.dumps(value)}]}


def asking(requests: dict[str, Any]) -> dict[str, Any]:
    """Return a result that asks."""
    return {"resultType": "input_required", "inputRequests": requests, "requestState": STATE}


def answer(message: dict[str, Any]) -> dict[str, Any]:
    """Return what a request of the client's gets."""
    match message["method"]:
        case "server/discover":
            return {"result": DONE | DISCOVERED}
        case "tools/list":
            return {"result": DONE | {"tools": TOOLS, "ttlMs": 0, "cacheScope": "private"}}
        case "tools/call":
            return {"result": call(message["params"])}
        case method:
            return {"error": {"code": -32601, "message": f"Method not found: {method}"}}


if __name__ == "__main__":
    for line in sys.stdin:
        received = json.loads(line)
        if "id" in received:
            sent = {"jsonrpc": "2.0", "id": received["id"]} | answer(received)
            sys.stdout.write(json.dumps(sent) + "\n")
            sys.stdout.flush()

"""
A server without an SDK whose lists are odd. Run it as a script with a mode; it speaks MCP over stdio.

- `plain` offers one prompt and one resource, and no method for templates.
- `broken` answers `prompts/list` with what is not a list, and `resources/list` with an error.
- `endless` has pages of resources without an end; `circles` has two that point to each other.
- `silent` never answers `prompts/list`.
- `restless` says that its prompts have changed each time they are listed.
- `hostile` has control characters, markup and bidi in every text.
- `slow` has prompts and resources that tell how far they are, where they are asked to, and are never done.

Its tool `tell {"lines": […]}` writes lines as they are; `count {}` returns how often each method was called.
"""

import json
import sys
from collections import Counter
from typing import Any

HOSTILE = "[/] [@click=app.quit]x[/] \x1b]0;t\x07 a\u202eb"
PAGE = 100


def send(**message: Any) -> None:
    """Write one message."""
    sys.stdout.write(json.dumps({"jsonrpc": "2.0"} | message) + "\n")
    sys.stdout.flush()


def resources(mode: str, cursor: int) -> dict[str, Any]:
    """Return a page of `resources/list`."""
    if mode == "endless":
        entries = [{"uri": f"odd://{cursor + number}", "name": f"{cursor + number}"} for number in range(PAGE)]
        return {"resources": entries, "nextCursor": str(cursor + PAGE)}
    if mode == "circles":
        return {"resources": [{"uri": f"odd://{cursor}", "name": str(cursor)}], "nextCursor": str(1 - cursor)}
    text = HOSTILE if mode == "hostile" else "plain"
    entry = {"uri": f"odd://{text}", "name": text, "description": text, "mimeType": text, "size": -1}
    return {"resources": [entry, entry]}


def prompts(mode: str) -> dict[str, Any]:
    """Return `prompts/list`."""
    if mode == "broken":
        return {"prompts": "none"}
    text = HOSTILE if mode == "hostile" else "plain"
    argument = {"name": text, "description": text, "required": True}
    return {"prompts": [{"name": text, "title": text, "description": text, "arguments": [argument, argument]}]}


def content(mode: str, method: str, params: dict[str, Any]) -> dict[str, Any] | None:
    """Return what a prompt or a resource holds; None when that is never done."""
    if mode == "slow":
        if "progressToken" in (meta := params.get("_meta") or {}):
            half = {"progressToken": meta["progressToken"], "progress": 1, "total": 2, "message": "half \u202eway"}
            send(method="notifications/progress", params=half)
        return None
    if method == "resources/read":
        blob = {"uri": HOSTILE, "mimeType": HOSTILE, "blob": "not base64!"}
        return {"contents": [{"uri": HOSTILE, "text": HOSTILE}, blob]}
    return {"description": HOSTILE, "messages": [{"role": "user", "content": {"type": "text", "text": HOSTILE}}]}


def result_of(mode: str, method: str, params: dict[str, Any], counted: Counter[str]) -> dict[str, Any] | None:
    """Return the result of a request; None for none, and an error as it is."""
    match method:
        case "initialize":
            changing = {"listChanged": True}
            capabilities = {
                "tools": changing,
                "prompts": changing,
                "resources": changing | {"subscribe": True},
                "completions": {},
                "logging": {},
            }
            info = {"name": "odd", "version": "1"}
            return {"protocolVersion": "2025-11-25", "capabilities": capabilities, "serverInfo": info}
        case "tools/list":
            return {"tools": [{"name": name, "inputSchema": {"type": "object"}} for name in ("tell", "count")]}
        case "tools/call":
            for line in (params.get("arguments") or {}).get("lines", ()):
                sys.stdout.write(line + "\n")
            return {"content": [{"type": "text", "text": json.dumps(counted)}]}
        case "prompts/list" if mode == "silent":
            return None
        case "prompts/list":
            return prompts(mode)
        case "resources/list" if mode != "broken":
            return resources(mode, int(params.get("cursor", 0)))
        case "resources/read" | "prompts/get" if mode in ("hostile", "slow"):
            return content(mode, method, params)
        case "completion/complete" if mode == "hostile":
            return {"completion": {"values": [HOSTILE] * 500, "total": 10**9, "hasMore": True}}
        case _:
            return {"error": {"code": -32601, "message": "no such method"}}


def main() -> None:
    """Serve until the input ends."""
    mode = sys.argv[1]
    counted: Counter[str] = Counter()
    for line in sys.stdin:
        message = json.loads(line)
        method = message.get("method", "")
        counted[method] += 1
        if "id" not in message or not method:
            continue
        result = result_of(mode, method, message.get("params") or {}, counted)
        if result is not None:
            send(id=message["id"], **(result if "error" in result else {"result": result}))
        if mode == "restless" and method == "prompts/list":
            send(method="notifications/prompts/list_changed")


if __name__ == "__main__":
    main()

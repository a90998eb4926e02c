"""
A modern server without an SDK whose streams of changes end. Run it as a script with a mode; it speaks MCP over stdio.

- `ends` agrees to each stream, and ends it at once, as a server that shuts down does.
- `drops` agrees to each stream, and takes it back with a cancellation.
- `less` agrees to nothing of what was asked for.
- `refuses` answers each with an error.
- `turns` agrees to the first stream of a resource, ends it, and refuses the later ones.

Its tool `count {}` returns how often each method was called.
"""

import json
import sys
from collections import Counter
from typing import Any

VERSION = "2026-07-28"
META = "io.modelcontextprotocol/"


def send(**message: Any) -> None:
    """Write one message."""
    sys.stdout.write(json.dumps({"jsonrpc": "2.0"} | message) + "\n")
    sys.stdout.flush()


def listen(mode: str, message: dict[str, Any], before: int) -> None:
    """Answer `subscriptions/listen`."""
    wanted = message["params"]["notifications"]
    about_a_resource = "resourceSubscriptions" in wanted
    if mode == "refuses" or (mode == "turns" and before and about_a_resource):
        send(id=message["id"], error={"code": -32603, "message": "not today"})
        return
    stamp = {META + "subscriptionId": message["id"]}
    agreed = {} if mode == "less" else wanted
    acknowledged = {"notifications": agreed, "_meta": stamp}
    send(method="notifications/subscriptions/acknowledged", params=acknowledged)
    if mode in ("ends", "turns"):
        send(id=message["id"], result={"resultType": "complete", "_meta": stamp})
    if mode == "drops":
        send(method="notifications/cancelled", params={"requestId": message["id"]})


def result_of(method: str, counted: Counter[str]) -> dict[str, Any]:
    """Return the result of a request."""
    complete = {"resultType": "complete", "ttlMs": 0, "cacheScope": "private"}
    match method:
        case "server/discover":
            changing = {"listChanged": True}
            capabilities = {"tools": changing, "resources": changing | {"subscribe": True}}
            return complete | {
                "supportedVersions": [VERSION],
                "capabilities": capabilities,
                "_meta": {META + "serverInfo": {"name": "fickle", "version": "1"}},
            }
        case "tools/list":
            return complete | {"tools": [{"name": "count", "inputSchema": {"type": "object"}}]}
        case "tools/call":
            return {"resultType": "complete", "content": [{"type": "text", "text": json.dumps(counted)}]}
        case "resources/list":
            return complete | {"resources": []}
        case _:
            return complete | {"resourceTemplates": []}


def main() -> None:
    """Serve until the input ends."""
    mode = sys.argv[1]
    counted: Counter[str] = Counter()
    for line in sys.stdin:
        message = json.loads(line)
        method = message.get("method", "")
        if method == "subscriptions/listen":
            about = "resource" if "resourceSubscriptions" in message["params"]["notifications"] else "lists"
            listen(mode, message, counted[about])
            counted[about] += 1
        elif "id" in message:
            counted[method] += 1
            send(id=message["id"], result=result_of(method, counted))


if __name__ == "__main__":
    main()

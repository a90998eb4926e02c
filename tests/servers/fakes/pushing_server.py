"""
A server without an SDK that asks, and times the answer.

`push {}` returns how many seconds passed from the request to the answer, so that no server's own overhead is in it.
"""

import json
import sys
import time
from typing import Any

PARAMS = {
    "messages": [{"role": "user", "content": {"type": "text", "text": "Name a river and a mountain."}}],
    "systemPrompt": "Be brief.",
    "maxTokens": 5,
}
TOOL = {"name": "push", "description": "Ask, and time it.", "inputSchema": {"type": "object", "properties": {}}}


def send(message: dict[str, Any]) -> None:
    """Write one message."""
    sys.stdout.buffer.write(json.dumps({"jsonrpc": "2.0"} | message).encode() + b"\n")
    sys.stdout.buffer.flush()


def ask(identifier: int) -> float:
    """Ask once, and return how many seconds the answer took."""
    started = time.perf_counter()
    send({"id": identifier, "method": "sampling/createMessage", "params": PARAMS})
    answer = json.loads(sys.stdin.buffer.readline())
    if answer.get("id") != identifier or "result" not in answer:
        raise SystemExit(f"not the answer to {identifier}: {answer}")
    return time.perf_counter() - started


def main() -> None:
    """Serve until the input ends."""
    last = 0
    for line in sys.stdin.buffer:
        message = json.loads(line)
        match message.get("method"):
            case "initialize":
                result: dict[str, Any] = {
                    "protocolVersion": "2025-11-25",
                    "capabilities": {"tools": {}},
                    "serverInfo": {"name": "pushing", "version": "1"},
                }
            case "tools/list":
                result = {"tools": [TOOL]}
            case "tools/call":
                last += 1
                result = {"content": [{"type": "text", "text": json.dumps(ask(last))}]}
            case _:
                result = {}
        if "id" in message:
            send({"id": message["id"], "result": result})


if __name__ == "__main__":
    main()

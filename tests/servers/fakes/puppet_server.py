"""
A server that does what its client's tool calls tell it, line by line. Run it as a script; it speaks MCP over stdio.

- `say {"before": [LINE…], "after": [LINE…]}` writes lines as they are, before and after its own result.
- `heard {}` returns every line so far that was not a request of the client's, as JSON text.
- `wait {"before": [LINE…]}` writes lines, and never returns.
- `tell {"environment": true}` returns its environment as JSON text; `tell {"stderr": TEXT}` writes there.
- `exit {"code": N}` or `exit {"signal": N}` ends the process without an answer.
- `tools {"pages": [[NAME…]…], "notify": true}` sets what `tools/list` returns, and says that it has changed.
- `fail_lists {}` has every later `tools/list` answered with an error, and says that the list has changed;
  the variable `PUPPET_FAILS_LISTS` has the first one answered so.
- `deaf {}` closes its standard input; `mute {}` its standard output. Both live on.
"""

import json
import os
import sys
import time
from typing import Any

PAGES: list[list[str]] = [["say", "heard", "wait"], ["tell", "exit", "tools"], ["fail_lists", "deaf", "mute"]]
LINGER_SECONDS = 600

heard: list[str] = []
state: dict[str, Any] = {"pages": PAGES, "fail_lists": "PUPPET_FAILS_LISTS" in os.environ}


def write(line: str) -> None:
    """Write one line; ``\\udcXX`` characters become the bytes that they stand for."""
    sys.stdout.buffer.write(line.encode("utf-8", "surrogateescape") + b"\n")
    sys.stdout.buffer.flush()


def send(**message: Any) -> None:
    """Write one message."""
    write(json.dumps({"jsonrpc": "2.0"} | message))


def list_tools(message: dict[str, Any]) -> None:
    """Answer `tools/list`, one page at a time."""
    if state["fail_lists"]:
        send(id=message["id"], error={"code": -32601, "message": "no list today"})
        return
    number = int((message.get("params") or {}).get("cursor", 0))
    tools = [{"name": name, "inputSchema": {"type": "object"}} for name in state["pages"][number]]
    more = {"nextCursor": str(number + 1)} if number + 1 < len(state["pages"]) else {}
    send(id=message["id"], result={"tools": tools} | more)


def call(name: str, arguments: dict[str, Any]) -> str | None:
    """Do what a tool does, and return the text of its result; None for no result at all."""
    match name:
        case "say" | "wait":
            for line in arguments.get("before", ()):
                write(line)
            if name == "wait":
                return None
        case "heard":
            return json.dumps(heard)
        case "tell":
            sys.stderr.write(arguments.get("stderr", ""))
            sys.stderr.flush()
            return json.dumps(dict(os.environ))
        case "tools" | "fail_lists":
            state["pages"] = arguments.get("pages", state["pages"])
            state["fail_lists"] = name == "fail_lists"
            send(method="notifications/tools/list_changed")
        case _:
            leave(name, arguments)
    return "done"


def leave(name: str, arguments: dict[str, Any]) -> None:
    """End the process, or close one of its pipes and live on."""
    if name == "exit" and "code" in arguments:
        os._exit(arguments["code"])
    if name == "exit":
        os.kill(os.getpid(), arguments["signal"])
    os.close({"deaf": 0, "mute": 1}.get(name, 2))
    time.sleep(LINGER_SECONDS)


def handle(line: str) -> None:
    """Read one message, and do what it asks for."""
    message = json.loads(line)
    match message.get("method"):
        case "initialize":
            result = {
                "protocolVersion": "2025-11-25",
                "capabilities": {"tools": {"listChanged": True}},
                "serverInfo": {"name": "puppet", "title": "The puppet", "version": "1"},
                "instructions": "Pull the strings.",
            }
            send(id=message["id"], result=result)
        case "tools/list":
            list_tools(message)
        case "tools/call":
            arguments = message["params"].get("arguments") or {}
            text = call(message["params"]["name"], arguments)
            if text is not None:
                send(id=message["id"], result={"content": [{"type": "text", "text": text}]})
            for late in arguments.get("after", ()):
                write(late)
        case _:
            heard.append(line.rstrip("\n"))


if __name__ == "__main__":
    for received in sys.stdin.buffer:
        handle(received.decode("utf-8", "surrogateescape"))

"""
A server without an SDK for what happens while it starts. Run it as a script with a mode and a file; it speaks stdio.
A third argument is what it asks.

Modes: `late` has its only tool a moment after its first list, which is empty; `asks` asks for sampling as soon as it is
initialized, keeps the answer in the file, and lists its tools when it has it; `dies` ends at the first call of its
tool. Each start adds a line to the file, with `.starts` after its name.
"""

import json
import sys
import threading
from pathlib import Path
from typing import Any

LATE_SECONDS = 0.5
TOOL = {"name": "tool", "inputSchema": {"type": "object"}}

mode, file = sys.argv[1], Path(sys.argv[2])
prompt = (*sys.argv[3:], "What do you know?")[0]
listed: list[dict[str, Any]] = [] if mode == "late" else [TOOL]
unanswered: list[Any] = []
answered = threading.Event()


def send(**message: Any) -> None:
    """Write one message."""
    sys.stdout.write(json.dumps({"jsonrpc": "2.0"} | message) + "\n")
    sys.stdout.flush()


def register() -> None:
    """Have the tool after all."""
    listed.append(TOOL)
    send(method="notifications/tools/list_changed")


def handle(message: dict[str, Any]) -> None:
    """Answer one message."""
    match message.get("method"):
        case "initialize":
            info = {"name": "early", "version": "1"}
            capabilities = {"tools": {"listChanged": True}}
            result = {"protocolVersion": "2025-11-25", "capabilities": capabilities, "serverInfo": info}
            send(id=message["id"], result=result)
        case "notifications/initialized" if mode == "asks":
            user = {"role": "user", "content": {"type": "text", "text": prompt}}
            send(id="asked", method="sampling/createMessage", params={"messages": [user], "maxTokens": 10})
        case "tools/list" if mode == "asks" and not answered.is_set():
            unanswered.append(message["id"])
        case "tools/list":
            send(id=message["id"], result={"tools": listed})
            if not listed:
                threading.Timer(LATE_SECONDS, register).start()
        case "tools/call" if mode == "dies":
            sys.exit(5)
        case "tools/call":
            send(id=message["id"], result={"content": [{"type": "text", "text": "here"}]})
        case None if message.get("id") == "asked":
            file.write_text(json.dumps(message))
            answered.set()
            for waiting in unanswered:
                send(id=waiting, result={"tools": listed})


if __name__ == "__main__":
    with file.with_name(file.name + ".starts").open("a") as starts:
        starts.write("started\n")
    for line in sys.stdin:
        handle(json.loads(line))

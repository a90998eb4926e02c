"""
A server that never rests: it pings, asks and takes back, and counts the answers to its pings in a file.

Run as a script; it speaks MCP over stdio. Each request and its withdrawal change the screen.
"""

import itertools
import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

PAUSE = 0.01
CAPABILITIES: dict[str, Any] = {"tools": {}}


def send(**message: Any) -> None:
    """Write one message."""
    sys.stdout.write(json.dumps({"jsonrpc": "2.0"} | message) + "\n")
    sys.stdout.flush()


def ask_and_ask() -> None:
    """Ping, ask, and take it back, for ever."""
    content = {"type": "text", "text": "Who is there?"}
    params = {"messages": [{"role": "user", "content": content}], "maxTokens": 10}
    for number in itertools.count():
        send(id=f"ping {number}", method="ping")
        send(id=number, method="sampling/createMessage", params=params)
        time.sleep(PAUSE)
        send(method="notifications/cancelled", params={"requestId": number})


def main(count_file: Path) -> None:
    """Serve until the input ends."""
    answered = 0
    for line in sys.stdin:
        message = json.loads(line)
        match message.get("method"):
            case "initialize":
                result = {
                    "protocolVersion": "2025-11-25",
                    "capabilities": CAPABILITIES,
                    "serverInfo": {"name": "pinging", "version": "1"},
                }
                send(id=message["id"], result=result)
            case "tools/list":
                send(id=message["id"], result={"tools": []})
                threading.Thread(target=ask_and_ask, daemon=True).start()
            case None if str(message.get("id")).startswith("ping "):
                answered += 1
                count_file.write_text(str(answered))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

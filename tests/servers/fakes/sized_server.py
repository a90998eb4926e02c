"""
A server without an SDK that asks for something of a size, or pings all the time and knows the longest wait.

Run as a script; it speaks MCP over stdio. Its first argument says which tools it has:

- `ask CASE` has `ask {}`: one request of that case, which was written down before; the call returns at once.
  `ask {"small": true}` asks for nothing much, so that all else has been done once.
- `ping` pings every 20 ms, and has `longest {}`: milliseconds that its slowest answer took since that was last asked.
"""

import json
import sys
import threading
import time
from typing import Any

BEGINNING = "BEGINNING"
"""The system prompt of each request: it is on the screen as soon as the request's first rows are."""

SMALL = "SMALL"
"""The system prompt of the small one: what is the same as before is not written to a terminal again."""

PAUSE = 0.02
PROSE = "The quick brown fox jumps over the lazy dog, and then it does so again. "


def text(said: str) -> dict[str, Any]:
    """Return a text block."""
    return {"type": "text", "text": said}


def asks(*content: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return parameters with one message."""
    return (
        {"messages": [{"role": "user", "content": list(content)}], "maxTokens": 9} | {"systemPrompt": BEGINNING} | more
    )


def tool(number: int) -> dict[str, Any]:
    """Return a tool whose schema takes 4 KB."""
    properties = {f"p{one}": {"type": "string", "description": PROSE} for one in range(36)}
    return {"name": f"t{number}", "inputSchema": {"type": "object", "properties": properties}}


def messages(count: int) -> dict[str, Any]:
    """Return parameters with many messages."""
    return asks() | {"messages": [{"role": "user", "content": text("x")}] * count}


def pictures(count: int) -> dict[str, Any]:
    """Return parameters with data of 120 KB each, which says that it is a picture: 60 are about all that is let in."""
    data = "iVBORw0KGgo" + "A" * 120_000
    return asks(*[{"type": "image", "data": data[: len(data) // 4 * 4], "mimeType": "image/png"}] * count)


CASES = {
    "nothing": lambda: asks(text("x"), systemPrompt=SMALL),
    "1,000 blocks": lambda: asks(*[text("x")] * 1_000),
    "10,000 blocks": lambda: asks(*[text("x")] * 10_000),
    "50,000 blocks": lambda: asks(*[text("x")] * 50_000),
    "3,000 messages": lambda: messages(3_000),
    "1,000 tools of 4 KB": lambda: asks(text("x"), tools=[tool(one) for one in range(1_000)]),
    "1 MB in one line": lambda: asks(text((PROSE * 14_000)[:1_000_000])),
    "8 MB of prose": lambda: asks(text(((PROSE * 12 + "\n") * 9_300)[:8_000_000])),
    "250 KB of newlines": lambda: asks(text("\n" * 250_000)),
    "500 KB of combining marks": lambda: asks(text("\u0301" * 250_000)),
    "250 KB of ESC": lambda: asks(text("\x1b" * 250_000)),
    "150,000 hints": lambda: asks(text("x"), modelPreferences={"hints": [{"name": "no-such"}] * 150_000}),
    "60,000 members of metadata": lambda: asks(text("x"), metadata={f"m{one}": one for one in range(60_000)}),
    "60 large pictures": lambda: pictures(60),
}


def elicitation(fields: int) -> dict[str, Any]:
    """Return the parameters of a form."""
    properties = {f"f{one}": {"type": "string", "description": PROSE} for one in range(fields)}
    return {"message": BEGINNING, "requestedSchema": {"type": "object", "properties": properties}}


def question(case: str) -> bytes:
    """Return a case as a line."""
    if case == "500 fields":
        method, params = "elicitation/create", elicitation(500)
    else:
        method, params = "sampling/createMessage", CASES[case]()
    return json.dumps({"jsonrpc": "2.0", "id": case, "method": method, "params": params}).encode() + b"\n"


class Pings:
    """Pings, and the longest time that an answer took."""

    def __init__(self) -> None:
        self._sent: dict[str, float] = {}
        self._longest = 0.0

    def go_on(self) -> None:
        """Ping for ever."""
        number = 0
        while True:
            number += 1
            self._sent[f"ping {number}"] = time.monotonic()
            send(id=f"ping {number}", method="ping")
            time.sleep(PAUSE)

    def answered(self, identifier: str) -> None:
        """Note an answer."""
        self._longest = max(self._longest, time.monotonic() - self._sent.pop(identifier))

    def take_longest(self) -> float:
        """Return milliseconds, and begin anew."""
        longest, self._longest = self._longest, 0.0
        return longest * 1000


def send(**message: Any) -> None:
    """Write one message."""
    write(json.dumps({"jsonrpc": "2.0"} | message).encode() + b"\n")


def write(line: bytes) -> None:
    """Write one line."""
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()


def main(mode: str, case: str = "") -> None:
    """Serve until the input ends."""
    small, line = question("nothing"), question(case) if case else b""
    pings = Pings()
    for heard in sys.stdin.buffer:
        message = json.loads(heard)
        result: dict[str, Any] = {}
        match message.get("method"):
            case "initialize":
                result = {
                    "protocolVersion": "2025-11-25",
                    "capabilities": {"tools": {}},
                    "serverInfo": {"name": "sized", "version": "1"},
                }
            case "notifications/initialized" if mode == "ping":
                threading.Thread(target=pings.go_on, daemon=True).start()
            case "tools/list":
                result = {"tools": [{"name": name, "inputSchema": {"type": "object"}} for name in ("ask", "longest")]}
            case "tools/call" if message["params"]["name"] == "longest":
                result = {"content": [text(str(pings.take_longest()))]}
            case "tools/call":
                result = {"content": [text(str(len(line)))]}
                write(small if message["params"]["arguments"].get("small") else line)
            case None if str(message.get("id")).startswith("ping "):
                pings.answered(message["id"])
        if "id" in message and "method" in message:
            send(id=message["id"], result=result)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""
A server without an SDK that answers with what it is told to. Run it as a script; it speaks MCP over stdio.

Its argument is a JSON object: a method's name → the result of it, as a JSON text; `error:NAME` → the whole error, and
`line:NAME` → the whole line, in which `ID` stands for the id; `last:NAME` → the same without its end, and the server
ends. What it is not told it answers as a good server would.
Each `tools/call` first writes the lines of `before`.
"""

import json
import sys
from typing import Any

GOOD: dict[str, Any] = {
    "initialize": {
        "protocolVersion": "2025-11-25",
        "capabilities": {"tools": {}, "prompts": {}, "resources": {}, "completions": {}},
        "serverInfo": {"name": "odd", "version": "1"},
    },
    "tools/list": {"tools": [{"name": "ask", "inputSchema": {"type": "object"}}]},
    "tools/call": {"content": [{"type": "text", "text": "done"}]},
    "prompts/list": {"prompts": [{"name": "greet"}]},
    "resources/list": {"resources": [{"uri": "odd://one", "name": "one"}]},
    "resources/templates/list": {"resourceTemplates": [{"uriTemplate": "odd://{id}", "name": "each"}]},
    "prompts/get": {"messages": [{"role": "user", "content": {"type": "text", "text": "hello"}}]},
    "resources/read": {"contents": [{"uri": "odd://one", "text": "content"}]},
    "completion/complete": {"completion": {"values": ["a"]}},
}


def main() -> None:
    """Serve until the input ends."""
    told = json.loads(sys.argv[1])
    for line in sys.stdin:
        message = json.loads(line)
        method, identifier = message.get("method"), message.get("id")
        if method is None or identifier is None:
            continue
        if method == "tools/call":
            for before in told.get("before", ()):
                print(before)
        if f"line:{method}" in told:
            print(told[f"line:{method}"].replace("ID", json.dumps(identifier)), flush=True)
            continue
        if f"last:{method}" in told:
            print(told[f"last:{method}"].replace("ID", json.dumps(identifier)), end="", flush=True)
            return
        answer: dict[str, Any] = {"result": told.get(method, GOOD.get(method, {}))}
        if f"error:{method}" in told:
            answer = {"error": told[f"error:{method}"]}
        print(json.dumps({"jsonrpc": "2.0", "id": identifier} | answer), flush=True)


if __name__ == "__main__":
    main()

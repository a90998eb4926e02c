"""
A server that runs a tool loop through sampling for as long as the model wants. Run it as a script; it speaks MCP.

`loop {"prompt": TEXT}` returns JSON: what was called with what, and the last answer's text or the error that it got.
"""

import json
import sys
from typing import Any

LOOP = {"name": "loop", "inputSchema": {"type": "object", "properties": {"prompt": {"type": "string"}}}}
WEATHER = {
    "name": "weather",
    "description": "Tell the weather of a city.",
    "inputSchema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}

state: dict[str, Any] = {"call": None, "messages": [], "called": []}


def send(**message: Any) -> None:
    """Write one message."""
    sys.stdout.write(json.dumps({"jsonrpc": "2.0"} | message) + "\n")
    sys.stdout.flush()


def ask() -> None:
    """Ask for the next turn."""
    params = {"messages": state["messages"], "maxTokens": 200, "tools": [WEATHER]}
    send(id=f"turn-{len(state['messages'])}", method="sampling/createMessage", params=params)


def end(**outcome: Any) -> None:
    """Return the tool's result."""
    text = json.dumps({"called": state["called"]} | outcome)
    send(id=state["call"], result={"content": [{"type": "text", "text": text}]})


def go_on(result: dict[str, Any]) -> None:
    """Run the tools that an answer wants, and ask again; an answer without any is the last."""
    content = result["content"] if isinstance(result["content"], list) else [result["content"]]
    calls = [block for block in content if block["type"] == "tool_use"]
    if not calls:
        end(text="".join(block["text"] for block in content))
        return
    state["called"] += [{"name": call["name"], "input": call["input"]} for call in calls]
    results = [
        {
            "type": "tool_result",
            "toolUseId": call["id"],
            "content": [{"type": "text", "text": f"wet in {call['input']['city']}"}],
        }
        for call in calls
    ]
    state["messages"] += [{"role": "assistant", "content": content}, {"role": "user", "content": results}]
    ask()


def handle(message: dict[str, Any]) -> None:
    """Do what one message asks for."""
    match message.get("method"):
        case "initialize":
            about = {"name": "loops", "version": "1"}
            result = {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}, "serverInfo": about}
            send(id=message["id"], result=result)
        case "tools/list":
            send(id=message["id"], result={"tools": [LOOP]})
        case "tools/call":
            prompt = message["params"]["arguments"]["prompt"]
            first = {"role": "user", "content": {"type": "text", "text": prompt}}
            state.update(call=message["id"], messages=[first], called=[])
            ask()
        case None if "result" in message:
            go_on(message["result"])
        case None:
            end(error=message["error"])


if __name__ == "__main__":
    for line in sys.stdin:
        handle(json.loads(line))

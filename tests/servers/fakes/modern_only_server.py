"""
The server on `mcp` 2.x as one that knows only the modern era: it refuses the legacy handshake.

With the code that is its argument, else with the one that the specification has for that.
"""

import json
import os
import runpy
import sys
import threading
from pathlib import Path

REAL = Path(__file__).with_name("modern_sdk_server.py")


def refuse_legacy(source: int, target: int, code: int) -> None:
    """Pass every line on but `initialize`, which gets an error."""
    with os.fdopen(source, "rb") as client, os.fdopen(target, "wb", buffering=0) as server:
        for line in client:
            message = json.loads(line)
            if message.get("method") != "initialize":
                server.write(line)
                continue
            data = {"supported": ["2026-07-28"], "requested": message["params"]["protocolVersion"]}
            error = {"code": code, "message": "Unsupported protocol version", "data": data}
            os.write(1, json.dumps({"jsonrpc": "2.0", "id": message["id"], "error": error}).encode() + b"\n")


if __name__ == "__main__":
    code = int(sys.argv[1]) if len(sys.argv) > 1 else -32022
    real_input = os.dup(0)
    reading, writing = os.pipe()
    os.dup2(reading, 0)
    os.close(reading)
    threading.Thread(target=refuse_legacy, args=(real_input, writing, code), daemon=True).start()
    sys.argv = [str(REAL)]
    runpy.run_path(str(REAL), run_name="__main__")

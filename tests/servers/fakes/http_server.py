"""
The servers of this folder over Streamable HTTP. Run it as a script, on either line of the SDK.

It listens on 127.0.0.1, writes its port as a line on standard output, and ends when its standard input is closed.
"""

# The type checker sees our own virtual environment; this also runs on the other line of the SDK.
# mypy: ignore-errors

import argparse
import asyncio
import runpy
import socket
import sys
import threading
from pathlib import Path

import uvicorn
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse

SERVERS = Path(__file__).parent


class Obstacle:
    """Middleware that keeps requests from the server."""

    def __init__(self, server, options):
        self.server = server
        self.app = server.streamable_http_app()
        self.options = options

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http" or (response := await self.answer(scope, receive)) is None:
            await self.app(scope, receive, send)
        else:
            await response(scope, receive, send)

    async def answer(self, scope, receive):
        options = self.options
        headers = dict(scope["headers"])
        if scope["path"] == "/forget":
            self.server.session_manager._server_instances.clear()
            return PlainTextResponse("all sessions are forgotten")
        if options.redirect:
            return RedirectResponse(options.redirect)
        if options.status:
            return PlainTextResponse("a page", options.status)
        if options.header:
            name, value = options.header
            if headers.get(name.lower().encode()) != value.encode():
                return PlainTextResponse("who are you?", 401)
        if options.no_stream and scope["method"] == "GET":
            return PlainTextResponse("no stream here", 404)
        if options.modern_only and b"mcp-method" not in headers:
            error = {"code": -32022, "message": "Unsupported protocol version", "data": {"supported": ["2026-07-28"]}}
            return JSONResponse({"jsonrpc": "2.0", "id": None, "error": error}, 400)
        return None


async def serve(options):
    listener = socket.create_server(("127.0.0.1", options.port))
    port = listener.getsockname()[1]
    if options.oauth is not None:
        from authorization_server import protected_server

        server = protected_server(f"http://127.0.0.1:{port}", **dict(pair.split("=") for pair in options.oauth))
    else:
        server = runpy.run_path(str(SERVERS / f"{options.line}_sdk_server.py"))["server"]
    app = Obstacle(server, options)
    runner = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=0))
    loop = asyncio.get_running_loop()

    def end():
        sys.stdin.read()
        loop.call_soon_threadsafe(setattr, runner, "should_exit", True)

    threading.Thread(target=end, daemon=True).start()
    print(port, flush=True)
    await runner.serve(sockets=[listener])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--line", choices=("modern", "legacy"), default="modern", help="of the SDK")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--header", nargs=2, metavar=("NAME", "VALUE"), help="what every request must carry")
    parser.add_argument("--status", type=int, help="what every request is answered with")
    parser.add_argument("--redirect", metavar="URL", help="where every request is sent")
    parser.add_argument("--no-stream", action="store_true", help="have no stream to listen to")
    parser.add_argument("--modern-only", action="store_true", help="know no legacy handshake")
    parser.add_argument("--oauth", nargs="*", metavar="KEY=VALUE", help="want a sign-in")
    asyncio.run(serve(parser.parse_args()))

"""Where the test servers are, as commands that can be run."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mcp import StdioServerParameters


ROOT = Path(__file__).resolve().parents[2]
"""The repository."""

CACHE = ROOT / ".cache"
"""What tests install once and keep; ignored by git."""

SERVERS = Path(__file__).parents[1] / "servers" / "fakes"


@dataclass(frozen=True)
class ServerCommand:
    """
    A server that speaks MCP over stdio.

    Attributes:
        command: The executable.
        args: Its arguments.
    """

    command: str
    args: tuple[str, ...]

    @property
    def argv(self) -> list[str]:
        """The command and its arguments, for `subprocess`."""
        return [self.command, *self.args]

    @property
    def parameters(self) -> "StdioServerParameters":
        """The same for the SDK's client. It runs in the repository, so that our own modules are found."""
        from mcp import StdioServerParameters  # not before: it imports all of the SDK, and what is measured does not

        return StdioServerParameters(command=self.command, args=list(self.args), cwd=ROOT)


PUSHING = ServerCommand(sys.executable, (str(SERVERS / "pushing_server.py"),))
"""The server of the benches: it has no SDK, asks once for each call, and times the answer."""


def demo_server() -> ServerCommand:
    """Return the bundled demonstration server."""
    return ServerCommand(sys.executable, ("-m", "tuui_sampling.demo"))


def modern_sdk_server() -> ServerCommand:
    """Return the server on `mcp` 2.x, which speaks both eras."""
    return ServerCommand(sys.executable, (str(SERVERS / "modern_sdk_server.py"),))


def questions_server() -> ServerCommand:
    """Return the server on `mcp` 2.x that asks for forms, visits and roots, in both eras."""
    return ServerCommand(sys.executable, (str(SERVERS / "questions_server.py"),))


def legacy_sdk_server(python: Path) -> ServerCommand:
    """Return the server on `mcp<2`; `python` is what the fixture `legacy_python` gives."""
    return ServerCommand(str(python), (str(SERVERS / "legacy_sdk_server.py"),))


def errand_server(*args: str) -> ServerCommand:
    """Return the server whose tools agents use; see its module for them."""
    return ServerCommand(sys.executable, (str(SERVERS / "errand_server.py"), *args))


def raw_server(mode: str = "plain", *args: str) -> ServerCommand:
    """Return the server that speaks bytes; see its `--help` for the modes and arguments."""
    return ServerCommand(sys.executable, (str(SERVERS / "raw_server.py"), "--mode", mode, *args))


def early_server(mode: str, file: Path, *prompt: str) -> ServerCommand:
    """Return the server for what happens while one starts; see its modes."""
    return ServerCommand(sys.executable, (str(SERVERS / "early_server.py"), mode, str(file), *prompt))

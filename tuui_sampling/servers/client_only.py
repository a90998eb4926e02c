"""
Imports the MCP SDK without its server half, which costs a sixth of the program's memory and is never used here, and
without its HTTP transport, which is imported with our own for the first server that has a URL.

The SDK's client can also talk to a server object in its own process, and imports for that all of `mcp.server`, with it
uvicorn, Starlette and cryptography. The names that it takes from there are stand-ins until somebody imports the real
modules, as the code of an agent may: then they are what they stand for.
"""

import importlib
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from threading import Lock
from types import ModuleType
from typing import Any

LEFT_OUT = (
    "mcp.server",
    "mcp.client.streamable_http",
    "mcp.client.sse",
    "mcp.client.session_group",
    "mcp.client.stdio",
)
"""Modules of the SDK, each with all below it."""


def import_client() -> None:
    """Import the SDK's client, unless it was imported; where a later SDK does not bear this, it is left to others."""
    with _importing:
        if "mcp" in sys.modules:
            return
        _make_validators_later()
        finder = _StandIns()
        sys.meta_path.insert(0, finder)
        try:
            importlib.import_module("mcp")
        except (ImportError, AttributeError, TypeError):
            _forget("mcp")
        else:
            for module in LEFT_OUT:
                _forget(module)
            _resolve_later(sys.modules["mcp"], finder.names)
        finally:
            sys.meta_path.remove(finder)


_importing = Lock()


def _make_validators_later() -> None:
    """
    Have each model of a message as a revision has it made ready when it is first used (pydantic's `defer_build`).

    There are three hundred of them, a connection uses a few of one revision, and all of them take 3 MB.
    """
    with suppress(ImportError, AttributeError):  # a later SDK has none: then they are as it makes them
        base = importlib.import_module("mcp_types._wire_base").WireModel
        base.model_config["defer_build"] = True


class _Late:
    """A name of such a module; nothing is an instance of it before somebody has imported the real one."""

    def __init__(self, module: str, name: str) -> None:
        self._module, self._name = module, name

    def __instancecheck__(self, value: object) -> bool:
        module = sys.modules.get(self._module)
        return module is not None and isinstance(value, getattr(module, self._name))

    def __call__(self, *given: Any, **named: Any) -> Any:
        return getattr(importlib.import_module(self._module), self._name)(*given, **named)


class _StandIns(MetaPathFinder, Loader):
    """
    Finds modules that hold whatever name is wanted, in the place of those that are left out.

    Attributes:
        names: Where each name that was taken is from.
    """

    def __init__(self) -> None:
        self.names: dict[str, str] = {}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a stand-in for a module that is left out, and nothing else."""
        is_left_out = any(fullname == one or fullname.startswith(f"{one}.") for one in LEFT_OUT)
        return ModuleSpec(fullname, self, is_package=True) if is_left_out else None

    def exec_module(self, module: ModuleType) -> None:
        """Have a module return a stand-in for every name."""

        def late(name: str) -> _Late:
            if name.startswith("__"):
                raise AttributeError(name)
            self.names[name] = module.__name__
            return _Late(module.__name__, name)

        vars(module)["__getattr__"] = late


def _resolve_later(package: ModuleType, names: dict[str, str]) -> None:
    """Let the package itself offer the real things, once they are asked for."""
    offered = {name: module for name, module in names.items() if isinstance(vars(package).get(name), _Late)}
    for name in (*offered, "server"):
        vars(package).pop(name, None)

    def real(name: str) -> Any:
        if name == "server":
            return importlib.import_module("mcp.server")
        if name in offered:
            return getattr(importlib.import_module(offered[name]), name)
        raise AttributeError(f"module {package.__name__!r} has no attribute {name!r}")

    vars(package)["__getattr__"] = real


def _forget(package: str) -> None:
    for name in [name for name in sys.modules if name == package or name.startswith(f"{package}.")]:
        del sys.modules[name]

"""
Loads an agent's code and runs it: `agent = "package.module:object"` in a model's table.

It is the user's own, and runs with all that the user may do. What it raises, whatever that is, is the model's failure.
"""

import asyncio
import importlib
import importlib.util
import inspect
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from ...sampling.errors import ModelError, ModelErrorKind
from . import source
from .request import AgentRequest

EXTRA = "pip install 'tuui-sampling[agents]'"

_loaded: dict[Path, str] = {}
"""The digests of the files that the code of agents was loaded from."""

Code = Callable[[AgentRequest], Awaitable[str]]


def missing(reference: str) -> str:
    """Return why an agent's code can't be there, in words; an empty string where it may be. Imports nothing."""
    package = reference.partition(":")[0].partition(".")[0]
    try:
        found = package in sys.modules or importlib.util.find_spec(package) is not None
    except (ImportError, ValueError):
        found = False
    return "" if found else f"Python finds no module {package} for the agent {reference}; is its folder in PYTHONPATH?"


async def run(reference: str, request: AgentRequest) -> str:
    """
    Have an agent's code answer.

    Raises:
        ModelError: It can't be loaded, or it failed.
    """
    code = await asyncio.get_running_loop().run_in_executor(None, _load, reference)
    try:
        text = await code(request)
    except ModelError:
        raise
    except Exception as error:  # foreign code: what it raises can be anything
        raise ModelError(
            ModelErrorKind.BAD_REQUEST,
            f"The code of the agent {reference} failed ({type(error).__name__}: {error}).",
            hint="Try again, or choose another model.",
        ) from error
    if not isinstance(text, str):
        raise _unusable(f"The code of the agent {reference} answered with {type(text).__name__}, not with a text.")
    return text


def _load(reference: str) -> Code:
    """Return what answers, by its code as it is now; in a thread, since modules are imported for seconds."""
    module, _, name = reference.partition(":")
    read = source.contents(reference)
    _forget_changed(read)
    try:
        importlib.import_module("openai")  # so that no later import keeps the program waiting
        thing = getattr(importlib.import_module(module), name)
    except ModuleNotFoundError as error:
        hint = EXTRA if error.name == "agents" else "Check `agent` in the configuration, and PYTHONPATH."
        raise _unusable(f"The agent {reference} can't be loaded ({error}).", hint) from error
    except Exception as error:  # foreign code: importing it may raise anything
        raise _unusable(f"The agent {reference} can't be loaded ({type(error).__name__}: {error}).") from error
    if source.contents(reference) != read:
        raise _unusable(f"The code of the agent {reference} was changed while it was loaded.", "Approve it anew.")
    _loaded.update(read)
    return _code(reference, thing)


def _forget_changed(read: Mapping[Path, str]) -> None:
    """Have code imported anew where one of its files is not what was loaded: what runs is what was approved."""
    changed = [path for path, digest in read.items() if _loaded.get(path, digest) != digest]
    if not changed:
        return
    for name, module in tuple(sys.modules.items()):
        if (file := getattr(module, "__file__", None)) is not None and Path(file) in read:
            del sys.modules[name]
    for path in changed:  # what is compiled is told from its source by the second only
        Path(importlib.util.cache_from_source(path)).unlink(missing_ok=True)
    importlib.invalidate_caches()


def _code(reference: str, thing: Any) -> Code:
    if type(thing).__module__.partition(".")[0] == "agents":
        from . import openai_agents

        if openai_agents.is_agent(thing):
            return lambda request: openai_agents.answer(thing, request)
    if inspect.iscoroutinefunction(thing) or inspect.iscoroutinefunction(getattr(thing, "__call__", None)):  # noqa: B004
        code: Code = thing
        return code
    words = "neither an Agent of the OpenAI Agents SDK nor an async function that takes the request"
    raise _unusable(f"{reference} is {words}.")


def _unusable(words: str, hint: str = "Check `agent` in the configuration.") -> ModelError:
    return ModelError(ModelErrorKind.CONFIGURATION, words, hint=hint)

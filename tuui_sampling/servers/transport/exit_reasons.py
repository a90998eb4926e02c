"""How a run of a server ended, in words and with a hint."""

import json
import os
import shlex
import signal
from dataclasses import dataclass

from ...config.settings import ServerSettings

INSTALL_HINTS = {
    "npx": "install Node.js, which brings npx",
    "node": "install Node.js",
    "uvx": "install uv, which brings uvx",
    "uv": "install uv",
}


@dataclass(frozen=True)
class ExitReason:
    """
    How a run ended.

    Attributes:
        permanent: Starting it again would end the same way.
        at_once: It was not a failure: it is to be started again without delay, in another way.
    """

    reason: str
    hint: str = ""
    permanent: bool = False
    at_once: bool = False


def spawn_failure(settings: ServerSettings, error: OSError) -> ExitReason:
    """Return why a process could not be started: a missing folder looks like a missing command to the system."""
    folder, command = settings.cwd, settings.shown_command[0]
    hint = "correct `cwd` in the configuration"
    if folder is not None and not folder.is_dir():
        problem = "is not a folder" if folder.exists() else "does not exist"
        return ExitReason(f"its folder {folder} {problem}", hint, permanent=True)
    if folder is not None and not os.access(folder, os.X_OK):
        return ExitReason(f"its folder {folder} may not be entered", hint, permanent=True)
    if isinstance(error, FileNotFoundError):
        hint = _several_words(command) or INSTALL_HINTS.get(command, "check `command` in the configuration, and PATH")
        return ExitReason(f"the command {command} was not found", hint, permanent=True)
    if isinstance(error, PermissionError):
        hint = "make the file executable, or name its interpreter as the command"
        return ExitReason(f"the command {command} may not be executed", hint, permanent=True)
    return ExitReason(f"it could not be started: {error.strerror or type(error).__name__}", permanent=True)


def _several_words(command: str) -> str:
    """Return how a command with its arguments in it is to be written; nothing where it is one word."""
    try:
        name, *args = shlex.split(command)
    except ValueError:
        return ""
    if not args:
        return ""
    written = ", ".join(json.dumps(one, ensure_ascii=False) for one in args)
    return f"its arguments belong into `args`: command = {json.dumps(name, ensure_ascii=False)}, args = [{written}]"


def describe_exit(code: int) -> str:
    """Return an exit code in words."""
    if code >= 0:
        return f"it exited with code {code}"
    try:
        return f"it was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"it was ended by signal {-code}"


def first_line(error: BaseException) -> str:
    """Return the beginning of what an error says."""
    return str(error).strip().partition("\n")[0][:200]

"""
Tells whether a server is still the one that a rule was made for: its command, arguments, folder and program, or URL.

What the configuration names may be replaced by something else of the same name; a rule with a fingerprint is void then.
"""

import hashlib
import json
import os
import shutil

from ..config.settings import ServerSettings, Settings

LENGTH = 16
"""Hexadecimal digits: enough that nobody makes another server with the same ones by trying."""


def fingerprint(server: ServerSettings) -> str:
    """Return the fingerprint of a server as it is now; reads its program."""
    what = [server.url or "", server.command, *server.args, _program(server)]
    if server.cwd is not None:  # an argument may be a path that begins there
        what.append(str(server.cwd))
    return hashlib.sha256(json.dumps(what).encode("utf-8", "replace")).hexdigest()[:LENGTH]


def fingerprints(settings: Settings) -> dict[str, str]:
    """Return the fingerprints of the servers that rules name one of."""
    named = {rule.server for rule in settings.rules if rule.fingerprint is not None}
    return {name: fingerprint(server) for name, server in settings.servers.items() if name in named}


def _program(server: ServerSettings) -> str:
    """Return where the program is and what is in it; empty where there is none."""
    if server.url or not server.command:
        return ""
    command = server.command
    if os.path.dirname(command):  # a path begins where the server is started
        command = os.path.join(server.cwd or "", command)
    path = shutil.which(command, path=server.env.get("PATH"))
    if path is None:
        return ""
    try:
        with open(path, "rb") as file:
            return f"{os.path.realpath(path)} {hashlib.file_digest(file, 'sha256').hexdigest()}"
    except OSError:
        return path

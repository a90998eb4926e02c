"""Offers what can be done where there is no configuration yet: the demonstration, an import, or three questions."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from ...config.hosts.places import host_files
from ..output import say

First = Literal["demo", "import", "init", "quit"]

CHOICES: Mapping[str, First] = {"": "demo", "d": "demo", "i": "import", "n": "init", "q": "quit"}


def ask_how_to_begin(path: Path, environ: Mapping[str, str]) -> First:
    """
    Say that there is no configuration, and return what somebody at the terminal would like to do.

    Args:
        path: Where the configuration is looked for.
    """
    hosts = sorted({place.host for place in host_files(environ, Path.cwd())})
    say(f"There is no configuration yet: {path}")
    say("  d  try the demonstration: no key, no network (or just press enter)")
    say(f"  i  take over the servers of {', '.join(hosts)}" if hosts else "  i  take over another host's servers")
    say("  n  make a new configuration, from three questions")
    say("  q  leave")
    while True:
        print("? ", end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        choice = CHOICES.get(line.strip().casefold(), None) if line else "quit"
        if choice is not None:
            return choice
        say("d, i, n or q, please.")

"""
Opening a page in the person's browser, because they asked for it.

Python's `webbrowser` finds the browser, in a process of its own: what it, or the browser, writes must not get onto the
screen, and a browser that runs in a terminal must not get hold of ours.
"""

import asyncio
import os
import sys

SECONDS = 15.0
"""So long we wait for the browser's answer; then it is taken to be up."""

NO_BROWSER, ONLY_IN_A_TERMINAL = 3, 4

_OPEN = f"""
import os, sys, webbrowser
try:
    browser = webbrowser.get()
except webbrowser.Error:
    sys.exit({NO_BROWSER})
if type(browser) is webbrowser.GenericBrowser and not os.environ.get("BROWSER"):
    sys.exit({ONLY_IN_A_TERMINAL})
sys.exit(0 if browser.open(sys.argv[1]) else {NO_BROWSER})
"""


async def open_page(url: str) -> str:
    """
    Open an http or https address; whether that is wise was decided before.

    Returns:
        Why it could not be opened, in words; empty when it was.
    """
    nowhere = asyncio.subprocess.DEVNULL
    try:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-c", _OPEN, url),
            stdin=nowhere,
            stdout=nowhere,
            stderr=nowhere,
            env=dict(os.environ),
            start_new_session=True,
        )
    except (OSError, ValueError) as error:  # the latter for an address or an environment that no program can be given
        why = error.strerror if isinstance(error, OSError) else "its address can't be given to a program"
        return f"no browser could be started: {why}"
    try:
        code = await asyncio.wait_for(child.wait(), SECONDS)
    except TimeoutError:  # it stays in the foreground: it is running
        return ""
    if code == 0:
        return ""
    found = "only a browser for the terminal was found here" if code == ONLY_IN_A_TERMINAL else "no browser was found"
    return f"{found}: copy the address to where there is one"

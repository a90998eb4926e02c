"""Opening a page: whatever the browser does, there are words, and nothing else happens."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from tuui_sampling.frontend import browser
from tuui_sampling.frontend.browser import open_page

pytestmark = pytest.mark.process

PAGE = "https://example.com/?a='b c'"


def script(folder: Path, code: str) -> str:
    """Return a browser that is a piece of Python."""
    path = folder / "browser"
    path.write_text(f"#!{sys.executable}\nimport sys, time\n{code}\n")
    path.chmod(0o700)
    return str(path)


NOT_FOUND = "no browser was found: copy the address to where there is one"

NOISE = "print(chr(27)); print(chr(27), file=sys.stderr); sys.exit(1)"

BROWSERS = {
    "one that takes it": ("open({0!r}, 'w').write(sys.argv[1])", "{script}", ""),
    "one that ends at once": ("sys.exit(3)", "{script} %s", NOT_FOUND),
    "one that is not there": ("", "/nowhere/browser %s", NOT_FOUND),
    "a quotation mark too few": ("", "{script} 'oops %s", NOT_FOUND),
    "one that writes to the screen": (NOISE, "{script} %s", NOT_FOUND),
}


async def test_whatever_a_browser_does_there_are_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("DISPLAY", raising=False)

    async def told(case: str, number: int) -> str:
        code, command, _ = BROWSERS[case]
        folder = tmp_path / str(number)
        folder.mkdir()
        return await opened(command.format(script=script(folder, code.format(str(tmp_path / "opened")))))

    async def opened(command: str) -> str:
        monkeypatch.setenv("BROWSER", command)
        return await open_page(PAGE)  # reads the environment before it waits

    answers = await asyncio.gather(*(told(case, number) for number, case in enumerate(BROWSERS)))
    assert dict(zip(BROWSERS, answers, strict=True)) == {case: words for case, (_, _, words) in BROWSERS.items()}
    assert (tmp_path / "opened").read_text() == PAGE
    assert capfd.readouterr() == ("", "")


async def test_one_that_stays_in_the_foreground_is_taken_to_be_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    children: list[asyncio.subprocess.Process] = []
    start = asyncio.create_subprocess_exec

    async def started(*command: str, **more: Any) -> asyncio.subprocess.Process:
        children.append(await start(*command, **more))
        return children[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", started)
    monkeypatch.setattr(browser, "SECONDS", 0.1)
    monkeypatch.setenv("BROWSER", f"{script(tmp_path, 'time.sleep(60)')} %s")
    assert await open_page(PAGE) == ""
    (child,) = children
    assert child.returncode is None
    os.killpg(child.pid, signal.SIGKILL)
    await child.wait()  # one that is left to the garbage collector is an error of whatever test is at work then


@pytest.mark.parametrize("page", ["https://example.com/\0", "https://example.com/\ud800"])
async def test_what_no_program_can_be_given_is_told(page: str) -> None:
    assert "can't be given to a program" in await open_page(page)


async def test_without_python_there_is_no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert await open_page(PAGE) == f"no browser could be started: {os.strerror(2)}"

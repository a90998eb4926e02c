"""The command line with servers that are called over HTTP."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.http_servers import called
from tests.support.program import DEMO_MODEL, call, run
from tuui_sampling.cli import exit_codes
from tuui_sampling.cli.prompts.sign_in import tell
from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.servers.state.server import Server

SECRET = "tok-0123456789-secret"


def write(folder: Path, url: str, more: str = "") -> Path:
    """Write a configuration with one server that is called, and return its file."""
    path = folder / "config.toml"
    path.write_text(f"[servers.far]\nurl = {json.dumps(url)}\n{more}\n{DEMO_MODEL}", encoding="utf-8")
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("era", ["legacy", "modern"])
async def test_one_call_is_approved_and_one_is_rejected(tmp_path: Path, era: str) -> None:
    async with called("--header", "X-Token", SECRET) as far:
        config = write(tmp_path, far.url, f'protocol = "{era}"\nheaders = {{ X-Token = "${{TOKEN}}" }}')
        order = ("far", "ask_resolved", "--args", '{"prompt": "hello"}')

        def decided(verdict: str) -> tuple[int, dict[str, Any]]:
            return call(config, *order, "--decide", verdict, TOKEN=SECRET)

        code, approved = await asyncio.to_thread(decided, "approve")
        assert (code, approved["error"], approved["reviews"][0]["outcome"]) == (exit_codes.OK, None, "delivered")
        code, rejected = await asyncio.to_thread(decided, "reject")
        assert (code, rejected["reviews"][0]["gate"]) == (exit_codes.NOT_WELL, "request")
        assert SECRET not in json.dumps([approved, rejected])


async def test_check_names_the_host_and_no_secret(tmp_path: Path) -> None:
    async with called("--header", "X-Token", SECRET) as far:
        config = write(tmp_path, f"{far.url}?key=another-secret", 'headers = { X-Token = "${TOKEN}" }')
        done = await asyncio.to_thread(run, "check", "--config", config, TOKEN=SECRET)
        refused = await asyncio.to_thread(run, "check", "--config", config, TOKEN=f"{SECRET}-wrong")
    assert done.returncode == exit_codes.OK, done.stdout
    assert f"ok    server   far: 127.0.0.1:{far.port}, " in done.stdout
    assert refused.returncode == exit_codes.NOT_WELL
    assert "fail  server   far: it wants a sign-in, and this program could not be registered" in refused.stdout
    for output in (done, refused):
        assert "secret" not in output.stdout + output.stderr


async def test_check_does_not_wait_for_a_sign_in_where_there_is_no_terminal(tmp_path: Path) -> None:
    async with called("--oauth") as far:
        done = await asyncio.to_thread(run, "check", "--config", write(tmp_path, far.url))
    assert done.returncode == exit_codes.NOT_WELL
    assert (
        "fail  server   far: it wants a sign-in, and nobody is there to do it — run this in a terminal" in done.stdout
    )


def test_the_person_is_told_where_to_sign_in(capsys: pytest.CaptureFixture[str]) -> None:
    server = Server(ServerSettings("far", url="https://example.com/mcp"))
    tell(server, "http://user@evil.example:81/sign?state=1&x=\u202e")
    said = capsys.readouterr().err
    assert said.startswith("far wants you to sign in at a page without a host")
    assert "⟪U+202E⟫" in said and "\u202e" not in said
    tell(server, "http://user@evil.example:81/sign?state=1")
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("far wants you to sign in at evil.example — it is not encrypted (http)")
    assert second == "  http://user@evil.example:81/sign?state=1"

"""The configuration taken over on the screen: told, asked about, and nothing that waits is lost."""

import json
import os
from pathlib import Path

from textual.pilot import Pilot

from tests.support.paths import ROOT, demo_server
from tests.support.screens.app import WIDE, screen_text, wait_until
from tests.support.warm_start import warm
from tuui_sampling.backend import open_backend
from tuui_sampling.config.load import load
from tuui_sampling.frontend.reloading import Reloading
from tuui_sampling.sampling.decision import Reject
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.servers.state.server import ServerState
from tuui_sampling.tui.app import TuuiApp
from tuui_sampling.tui.dialogs.basic import Choose

MODELS = '[models.demo]\nprovider = "demo"\n[interface]\nimages = "blocks"\n'


def server(more: str = "") -> str:
    """Return the demonstration server, as TOML."""
    command = warm(demo_server())
    lines = ["[servers.one]", f"command = {json.dumps(command.command)}", f"args = {json.dumps(command.args)}"]
    return "\n".join([*lines, f"cwd = {json.dumps(str(ROOT))}", more, ""])


async def until_said(pilot: Pilot[None], words: str) -> None:
    """Wait until something is told."""
    await wait_until(pilot, lambda: any(words in note.message for note in pilot.app._notifications))


async def test_a_changed_file_is_taken_over_and_the_key_asks_about_what_runs_otherwise(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    path = tmp_path / "config.toml"
    path.write_text(server() + MODELS)
    path.chmod(0o600)
    async with open_backend(
        load(path, os.environ), os.environ, restart=False, ledger_path=tmp_path / "r.sqlite3", demo_delay=0
    ) as backend:
        app = TuuiApp(backend.settings.interface)
        app.show(backend, reloading=Reloading(backend, path, lambda: load(path, os.environ)))
        async with app.run_test(size=WIDE, notifications=True) as pilot:
            one = backend.supervisor.servers["one"]
            await wait_until(pilot, lambda: one.state is ServerState.READY)
            backend.runs.start("one", "generate_poem", {"topic": "the sea"})
            await wait_until(pilot, lambda: backend.desk.pending)
            (review,) = backend.desk.pending
            pid = one.pid

            path.write_text("[servers")  # by itself, once the file is still
            await wait_until(pilot, lambda: "taken over; F12 edits it." in screen_text(app))
            assert "config.toml:1: " in screen_text(app) and "F1 Inbox" in screen_text(app), "nothing is covered"
            await pilot.press("f2")  # until it is mended, and on every screen
            await wait_until(pilot, lambda: app.current_mode == "servers")
            assert "was not taken over" in screen_text(app)
            more = '[models.me]\nprovider = "human"\n'
            keys = '[interface.keys]\nreload = "f10"\n'
            path.write_text(server('env = { NEW = "1" }') + MODELS + more + keys)
            await until_said(pilot, "server one: env, from its next start · model me: new · interface: keys")
            await until_said(pilot, "one: goes on as it is until you decide. F10 asks.")
            assert backend.models.names == ("demo", "me") and one.pid == pid
            assert not isinstance(app.screen, Choose), "nothing opens by itself"
            await wait_until(pilot, lambda: "was not taken over" not in screen_text(app))
            await wait_until(pilot, lambda: "ready, configured anew" in screen_text(app))

            await pilot.press("f10")
            await wait_until(pilot, lambda: isinstance(app.screen, Choose))
            shown = screen_text(app)
            assert "one runs, and is configured anew." in shown
            assert "Restart it now; 2 of its requests and calls are broken off" in shown
            await pilot.press("enter")  # the first one: as soon as nothing of it is under way
            await wait_until(pilot, lambda: not isinstance(app.screen, Choose))
            assert review.phase is Phase.REQUEST and one.pid == pid
            assert backend.desk.settle(review.id, Gate.REQUEST, Reject())
            await wait_until(pilot, lambda: not review.phase.is_open)
            await wait_until(pilot, lambda: one.state is ServerState.READY and one.pid != pid)
            assert one.settings.env == {"NEW": "1"}

            path.write_text(MODELS)  # gone: asked about, and stopped at once
            await pilot.press("f10" if app.key_of("reload") == "F10" else "f11")
            await wait_until(pilot, lambda: isinstance(app.screen, Choose))
            assert "one runs, and is no longer configured." in screen_text(app)
            await pilot.press("down", "enter")
            await wait_until(pilot, lambda: not backend.supervisor.servers)
            await pilot.press("f2")
            await wait_until(pilot, lambda: "generate_poem" not in screen_text(app))
            await pilot.press("f11")
            await until_said(pilot, "The configuration is as it was.")

"""The full-screen program: opened on a configuration or as the demonstration, and closed on every way out."""

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from ...backend import Backend, demo_settings, open_backend
from ...config.load import ConfigError
from ...config.paths import state_dir
from ...config.private_files import private_folder
from ...config.settings import Settings
from ...frontend.reloading import Read, Reloading
from ...frontend.tour import Tour
from ...providers.catalogue import load_prices
from ...sampling.errors import LedgerError
from ...servers.state.server import Server, ServerState
from ...tui import app as tui_app
from .. import crash_report, exit_codes
from ..configuration import read_settings
from ..output import complain, complain_of_configuration
from ..prompts.sign_in import sign_in_words
from ..signals import Ending

FIRST_CALL = ("demo", "generate_poem", {"topic": "the sea"})
"""What the demonstration calls by itself, so that a request waits."""

SIGN_IN_TOAST_SECONDS = 30.0
"""So long it is said that a server wants a sign-in; the Servers screen says it for as long as it does."""


class Program(tui_app.TuuiApp):
    """
    The app, with a crash that keeps its secrets: Textual's own report shows every frame's local variables.

    Attributes:
        crash: What ended the app, if it was not the person.
    """

    CSS_PATH = str(Path(tui_app.__file__).with_name("app.tcss"))
    crash: Exception | None = None

    def give_up(self, error: Exception) -> None:
        """Remember what could not be mended."""
        if self.crash is None:
            self.crash = error
        super().give_up(error)

    def _fatal_error(self) -> None:
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        self._exit_renderables.clear()


def run_configured(config: str | None, environ: Mapping[str, str]) -> int:
    """Run on the user's configuration and return the exit code."""
    try:
        settings = read_settings(config, environ)
    except ConfigError as error:
        if error.is_missing and _has_terminal():
            return _begin(error.path, config, environ)
        complain_of_configuration(error)
        return exit_codes.USAGE
    return _run(settings, environ, read=lambda: read_settings(config, environ))


def _begin(path: Path, config: str | None, environ: Mapping[str, str]) -> int:
    """Do what somebody chooses who has no configuration yet, and go on with what it leads to."""
    from ..prompts.first_start import ask_how_to_begin
    from .import_servers import run_import
    from .init import run_init

    match ask_how_to_begin(path, environ):
        case "demo":
            return run_demo(environ)
        case "import":  # variables may have to be set before anything can start
            return run_import(config, environ, (), take_all=False, dry_run=False)
        case "init":
            code = run_init(config, environ)
            return run_configured(config, environ) if code == exit_codes.OK else code
        case _:
            return exit_codes.OK


def _has_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()


def run_demo(environ: Mapping[str, str]) -> int:
    """Run the demonstration and return the exit code. It has a record of its own, apart from the real one."""
    return _run(demo_settings(), environ, demo=True, ledger_path=state_dir() / "demo.sqlite3")


def _run(
    settings: Settings,
    environ: Mapping[str, str],
    *,
    demo: bool = False,
    ledger_path: Path | None = None,
    read: Read | None = None,
) -> int:
    # Textual reads from standard input and draws on standard error; whoever redirects the output wants no screen.
    if not _has_terminal():
        complain("the full-screen program needs a terminal; without one, see: tuui-sampling call --help")
        return exit_codes.USAGE
    return asyncio.run(_main(settings, environ, demo, ledger_path, read))


async def _main(
    settings: Settings, environ: Mapping[str, str], demo: bool, ledger_path: Path | None, read: Read | None
) -> int:
    with Ending(with_terminal=True) as ending:
        told: set[str] = set()
        app: Program | None = None

        def tell(error: LedgerError) -> None:
            message = f"{error.message} {error.hint}".strip()
            if app is not None and app.is_running and message not in told:
                told.add(message)
                app.notify(message, title="The record", severity="error", markup=False)

        async with open_backend(
            settings,
            environ,
            ledger_path=ledger_path,
            on_trouble=tell,
            open_page=lambda server, page: ask_to_sign_in(app, server, page),
        ) as backend:
            ending.groups = backend.supervisor.process_groups
            beginnings: set[asyncio.Task[None]] = set()

            def started() -> None:
                backend.supervisor.start_all()
                # Imported at the first request, they would keep the screen waiting.
                beginnings.add(asyncio.create_task(asyncio.to_thread(load_prices), name="prices"))
                beginnings.add(asyncio.create_task(_look_at_the_record(backend, tell), name="record"))
                if demo:
                    beginnings.add(asyncio.create_task(_make_first_call(backend), name="first call"))

            path = settings.path
            reloading = Reloading(backend, path, read) if read is not None and path is not None else None
            app = Program(backend, started=started, report=written_down, reloading=reloading)
            if demo:
                app.commands.groups.tour = Tour(backend.desk, state_dir() / "tour-ended")
            await _show(app, ending)
            for task in beginnings:
                task.cancel()
    if ending.number is not None:
        return ending.exit_code
    return _report_crash(app.crash) if app.crash is not None else 0


def ask_to_sign_in(app: tui_app.TuuiApp | None, server: Server, page: str) -> None:
    """Tell the person that a server wants a sign-in; they see the page, and open it, on the Servers screen."""
    if app is not None and app.is_running:
        how = f"Servers ({app.key_of('show-servers')}), then {app.key_of('sign-in')}"
        words = f"{sign_in_words(server, page)}. To see the page: {how}."
        app.notify(words, title="Sign in", timeout=SIGN_IN_TOAST_SECONDS, markup=False)


async def _show(app: Program, ending: Ending) -> None:
    """Run the app until the person leaves it, it crashes, or a signal ends it; the watching thread limits the last."""
    asked = asyncio.create_task(ending.asked.wait(), name="ending")
    showing = asyncio.create_task(app.run_async(), name="app")
    await asyncio.wait((showing, asked), return_when=asyncio.FIRST_COMPLETED)
    if not showing.done():
        app.exit()
        await asyncio.wait((showing,))
    asked.cancel()
    ending.left_the_screen()
    error = showing.exception()
    if isinstance(error, Exception) and app.crash is None:  # as when the terminal is gone
        app.crash = error


async def _look_at_the_record(backend: Backend, tell: Callable[[LedgerError], None]) -> None:
    """Tell at once that the record is not what was written, and not only when something could pass by rule."""
    try:
        await backend.ledger.sound()
    except LedgerError as error:
        if not backend.trouble:  # that it can't be opened is told already
            tell(error)


async def _make_first_call(backend: Backend) -> None:
    server, tool, arguments = FIRST_CALL
    if (await backend.supervisor.settled(server)).state is ServerState.READY:
        backend.runs.start(server, tool, arguments)


def _report_crash(crash: Exception) -> int:
    """Write the traceback, without local variables, to a file of the user's, and say on one line where it is."""
    name = type(crash).__name__
    complain(f"the program crashed ({name}). {written_down(crash)}")
    return exit_codes.UNEXPECTED


def written_down(fault: Exception) -> str:
    """Write down where something broke, to a file of the user's; returns where that is, as a sentence."""
    try:
        return f"The traceback is in {_write_traceback(fault)}"
    except OSError:
        return "Its traceback could not be written"


def _write_traceback(crash: Exception) -> Path:
    folder = private_folder(state_dir())
    prefix = f"crash-{datetime.now():%Y%m%d-%H%M%S}-"
    descriptor, name = tempfile.mkstemp(".txt", prefix, folder)  # mode 0600
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(crash_report.report(crash))
    return Path(name)

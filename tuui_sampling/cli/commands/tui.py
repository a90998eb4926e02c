"""
The full-screen program: opened on a configuration or as the demonstration, and closed on every way out.

Nothing is imported here that the first paint does not need; `tui_backend.py` imports and opens the rest after it.
"""

import asyncio
import faulthandler
import gc
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from ...config.paths import state_dir
from ...config.settings import Settings
from ...tui.app import TuuiApp
from .. import exit_codes
from ..signals import Shutdown, end_in_any_case


class Program(TuuiApp):
    """
    The app, with a crash that keeps its secrets: Textual's own report shows every frame's local variables.

    Attributes:
        crash: What ended the app, if it was not the person.
        leaving: Called when the screen is to be left.
    """

    crash: Exception | None = None
    leaving: Callable[[], object] = staticmethod(lambda: None)
    _fatal_error = TuuiApp._close_messages_no_wait

    def exit(self, *result: Any, **more: Any) -> None:
        """Leave the screen; from now on there is a limit to how long the end may take."""
        self.leaving()
        super().exit(*result, **more)

    def give_up(self, error: Exception) -> None:
        """Remember what could not be mended."""
        self.crash = self.crash or error
        super().give_up(error)

    def _print_error_renderables(self) -> None:
        self._exit_renderables.clear()


def run_configured(config: str | None, environ: Mapping[str, str]) -> int:
    """Run on the user's configuration and return the exit code."""
    from ...config.problems import ConfigError
    from ..configuration import read_settings

    try:
        settings = read_settings(config, environ)
    except ConfigError as error:
        if error.is_missing and _has_terminal():
            return _begin(error.path, config, environ)
        from ..output import complain_of_configuration

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
    from ...config.settings import demo_settings

    return _run(demo_settings(), environ, demo=True, ledger_path=state_dir() / "demo.sqlite3")


def _run(
    settings: Settings,
    environ: Mapping[str, str],
    *,
    demo: bool = False,
    ledger_path: Path | None = None,
    read: Callable[[], Settings] | None = None,
) -> int:
    # Textual reads from standard input and draws on standard error; whoever redirects the output wants no screen.
    if not _has_terminal():
        from ..output import complain

        complain("the full-screen program needs a terminal; without one, see: tuui-sampling call --help")
        return exit_codes.USAGE
    return asyncio.run(_main(settings, environ, demo, ledger_path, read))


async def _main(
    settings: Settings,
    environ: Mapping[str, str],
    demo: bool,
    ledger_path: Path | None,
    read: Callable[[], Settings] | None,
) -> int:
    with Shutdown(with_terminal=True) as ending:
        app = Program(settings.interface, len(settings.servers), report=written_down)
        app.leaving, ending.is_stuck = ending.leave, _write_stacks
        left = asyncio.create_task(_show(app, ending), name="app")
        painted = asyncio.create_task(app.painted.wait(), name="painted")
        await asyncio.wait((left, painted), return_when=asyncio.FIRST_COMPLETED)
        painted.cancel()
        gc.enable()
        try:
            await asyncio.to_thread(import_backend)
            if not left.done():
                from .tui_backend import Opened, run_with_backend

                opened = Opened(settings, environ, read, ledger_path, demo=demo)
                await run_with_backend(app, opened, ending, left)
        finally:  # also where it could not be opened
            app.exit()
            await left
    crash = app.crash if ending.number is None else None
    code = exit_codes.UNEXPECTED if crash is not None else ending.exit_code
    end_in_any_case(code, _write_stacks)
    if crash is not None:
        _report_crash(crash)
    return code


def import_backend() -> None:
    """Import what takes longer than the first paint, in a thread: the screen goes on taking keys."""
    from . import tui_backend  # noqa: F401


async def _show(app: Program, ending: Shutdown) -> None:
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


def _report_crash(crash: Exception) -> None:
    """Write the traceback, without local variables, to a file of the user's, and say on one line where it is."""
    from ..output import complain

    name = type(crash).__name__
    complain(f"the program crashed ({name}): {written_down(crash)}")


def written_down(fault: Exception) -> str:
    """Write down where something broke, to a file of the user's; returns where that is, as the end of a sentence."""
    try:
        file = _write_traceback(fault)
    except OSError:
        return "its traceback could not be written"
    home = Path.home()
    return f"see {f'~/{file.relative_to(home)}' if file.is_relative_to(home) else file}"  # short: it is told in a line


def _write_traceback(crash: Exception) -> Path:
    from ..crash_report import report

    name, file = _new_file("crash")
    with file:
        file.write(report(crash))
    return name


def _write_stacks() -> None:
    """Write down where each thread is, without values: nobody could say otherwise why the program did not end."""
    with suppress(OSError):
        _name, file = _new_file("stuck")
        with file:
            faulthandler.dump_traceback(file, all_threads=True)


def _new_file(kind: str) -> tuple[Path, TextIO]:
    from ...config.private_files import private_folder

    folder = private_folder(state_dir())
    prefix = f"{kind}-{datetime.now():%Y%m%d-%H%M%S}-"
    descriptor, name = tempfile.mkstemp(".txt", prefix, folder)  # mode 0600
    return Path(name), os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace")

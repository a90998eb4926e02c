"""`tuui-sampling edit`: the configuration in the person's own editor, checked before it takes the place of the old."""

import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ...config.files.regular import TooLarge, read_regular
from ...config.files.source import MAX_BYTES, unreadable
from ...config.hosts.write import save
from ...config.load import ConfigError, parse, parse_whatever_is_set
from ...config.paths import config_file, state_dir
from ...config.private_files import private_folder, write_private
from ...config.trust import keep_trust
from ...frontend.external_editor import EditingFailed, check_code, editor_command, runs
from .. import exit_codes
from ..configuration import check_interface
from ..output import complain, complain_of_configuration, say


def run_edit(config: str | None, environ: Mapping[str, str]) -> int:
    """
    Have the configuration edited, say what is wrong with it, and write it once all is well or it is wanted as it is.

    What is typed goes to a file beside: a program that runs never reads a configuration that is half written. Where it
    can't be used it is kept, and is there again the next time.
    """
    path = config_file(Path(config) if config is not None else None, environ)
    try:
        before, _ = read_regular(path, MAX_BYTES)
    except FileNotFoundError:
        complain(f"there is no configuration yet: {path}. To make one: tuui-sampling init, or tuui-sampling import")
        return exit_codes.USAGE
    except OSError as error:
        complain_of_configuration(unreadable(path, error))
        return exit_codes.USAGE
    with tempfile.TemporaryDirectory(prefix="tuui-sampling-", ignore_cleanup_errors=True) as folder:  # mode 0700
        copy = Path(folder) / "config.toml"
        kept = _kept(path, before)
        offered = _typed(kept) or before
        if offered != before:
            say("What you typed the last time is there again.")
        copy.write_bytes(offered)
        try:
            code = _edit(path, copy, before, environ)
        except EditingFailed as error:
            complain(str(error))
        except OSError as error:
            complain(f"{path} can't be written: {error.strerror}")
        else:
            kept.unlink(missing_ok=True)
            return code
        _keep(kept, _typed(copy), before)
    return exit_codes.USAGE


def _kept(path: Path, before: bytes) -> Path:
    """Return where what was typed is kept; it belongs to the configuration as it stands."""
    name = hashlib.sha256(b"\0".join((str(path.absolute()).encode("utf-8", "surrogateescape"), before))).hexdigest()
    return state_dir() / "unsaved" / f"{name[:32]}.toml"


def _typed(file: Path) -> bytes:
    """Return what stands in a file; nothing where it can't be read."""
    try:
        return read_regular(file, MAX_BYTES)[0]
    except OSError:
        return b""


def _keep(kept: Path, typed: bytes, before: bytes) -> None:
    """Keep what was typed, and say so; what says nothing new is not kept."""
    if typed in (b"", before):
        return
    try:
        private_folder(kept.parent)
        write_private(kept, typed)
    except OSError as error:
        complain(f"what you typed could not be kept: {error.strerror}")
    else:
        say("What you typed is kept, and is there again the next time.")


def _edit(path: Path, copy: Path, before: bytes, environ: Mapping[str, str]) -> int:
    """
    Edit until it is good, is written as it is, or is given up.

    Raises:
        EditingFailed: The editor can't be run, or left no text.
        OSError: The configuration can't be written.
    """
    while True:
        _open_editor(copy, environ)
        try:
            text = read_regular(copy, MAX_BYTES)[0].decode("utf-8-sig")
        except TooLarge as error:
            raise EditingFailed(f"what the editor has left {error.strerror}, so nothing was changed") from None
        except (OSError, UnicodeDecodeError):
            raise EditingFailed("the editor has left no UTF-8 text, so nothing was changed") from None
        problem = _problem(text, environ, path)
        if problem is None:
            return _write(path, text, before)
        complain_of_configuration(problem, "not all of the configuration can be used")
        if not _is_of_this_edit(text, before, environ, path):
            return _write(path, text, before, "")
        if not sys.stdin.isatty():
            raise EditingFailed("nobody is there to be asked about it, so nothing was changed")
        match _ask():
            case "e":
                continue
            case "w":
                _write(path, text, before, "")
                return exit_codes.USAGE
            case _:
                say(f"Nothing was changed: {path} is as it was.")
                return exit_codes.USAGE


def _open_editor(copy: Path, environ: Mapping[str, str]) -> None:
    argv = [*editor_command(environ), str(copy)]
    with runs(argv[0]):
        code = subprocess.run(argv, env=dict(environ), check=False).returncode
    check_code(code)


def _problem(text: str, environ: Mapping[str, str], path: Path) -> ConfigError | None:
    try:
        parse(text, environ, path, check_interface)
    except ConfigError as error:
        return error
    return None


def _is_of_this_edit(text: str, before: bytes, environ: Mapping[str, str], path: Path) -> bool:
    """Whether the whole file can't be used, or something is wrong with it that was not: what is unset is no mistake."""
    try:
        parse(text, environ, path, check_interface, keep=True)
    except ConfigError:
        return True
    return not _mistakes(text, environ, path) <= _mistakes(before.decode("utf-8-sig", "replace"), environ, path)


def _mistakes(text: str, environ: Mapping[str, str], path: Path) -> set[tuple[str, str]]:
    try:
        parse_whatever_is_set(text, environ, path, check_interface)
    except ConfigError as error:
        return {(one.key_path, one.message) for one in error.problems}
    return set()


def _write(path: Path, text: str, before: bytes, well: str = ", and all is well with it") -> int:
    if text.encode() == before:
        say(f"Nothing was changed in {path}{well}.")
    else:
        keep_trust(path, before.decode("utf-8", "replace"), text)  # first: one that runs looks at once
        save(path.resolve(), text)  # where it is a link, what it leads to is written
        say(f"Written to {path}. A tuui-sampling that runs takes it over by itself.")
    return exit_codes.OK


def _ask() -> str:
    """Return what somebody at the terminal wants to do about the problems; nobody there means to leave it all."""
    while sys.stdin.isatty():
        print("[e]dit again, [w]rite it all the same, [q]uit and change nothing? ", end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        answer = line.strip().casefold() if line else "q"
        if answer in ("e", "edit", "w", "write", "q", "quit"):  # whole: another text was meant for something else
            return answer[0]
    return "q"

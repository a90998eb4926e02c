"""`tuui-sampling trust FILE`: shows what a project's configuration would do, and asks whether it may."""

import sys
import termios
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ...config.files.source import read_source
from ...config.load import ConfigError, parse, parse_whatever_is_set
from ...config.problems import Problem, Report
from ...config.trust import claims, digest, forget, is_trusted, project_of, trust
from .. import exit_codes
from ..output import complain, complain_of_configuration, one_line, say


def run_trust(file: str, environ: Mapping[str, str], *, taken_back: bool = False) -> int:
    """
    Show, ask, and write the answer down.

    Args:
        taken_back: Only forget that the file was trusted.
    """
    path = Path(file)
    try:
        if taken_back:
            say(f"{path} is no longer trusted." if forget(path) else f"{path} was not trusted.")
            return exit_codes.OK
        text = read_source(path)
        say("\n".join(_lines(path, text, environ)))
        if is_trusted(path, text):
            say("It is trusted as it stands. To take that back: tuui-sampling trust --forget FILE")
            return exit_codes.OK
        if project_of(path) is None:
            say("It lies in no project, so it is not asked about: whoever names it with --config has it read.")
            return exit_codes.OK
        if not sys.stdin.isatty():
            complain("whether to trust it is asked on a terminal, and there is none")
            return exit_codes.USAGE
        if not _agreed(_typed):
            say("It is not trusted.")
            return exit_codes.NOT_WELL
        trust(path, text)
    except ConfigError as error:
        complain_of_configuration(error)
        return exit_codes.USAGE
    except OSError as error:
        complain(f"that can't be written down: {error.strerror}")
        return exit_codes.USAGE
    say("It is trusted as it stands; once it changes, it has to be trusted anew.")
    return exit_codes.OK


def _lines(path: Path, text: str, environ: Mapping[str, str]) -> list[str]:
    """
    Return what the file would do, each with its line, also with variables that are not set yet.

    Raises:
        ConfigError: It can't be used, whatever is set.
    """
    report = Report(text)
    unset: Sequence[Problem] = ()
    try:
        settings = parse(text, environ, path)
    except ConfigError as error:
        unset = error.problems
        settings = parse_whatever_is_set(text, environ, path)
    wanted = [(report.line(claim.key_path), claim) for claim in claims(settings, text)]
    project = project_of(path)
    lines = [f"{path}, " + (f"of the project {project}" if project is not None else "in no project")]
    lines += [f"  line {line}: {_name(claim.key_path)} {claim.words}" for line, claim in wanted]
    lines += [] if wanted else ["  It runs nothing, sends nothing, and lets nothing pass."]
    lines += [f"  line {one.line}: {one.key_path} can't be used yet: {one.message}" for one in unset]
    return [one_line(line) for line in (*lines, f"  sha256 {digest(text)}")]


def _name(key_path: tuple[str | int, ...]) -> str:
    return f"{key_path[0]}.{key_path[1]}" if len(key_path) > 1 and isinstance(key_path[1], str) else str(key_path[0])


def _agreed(ask: Callable[[str], str]) -> bool:
    """Whether the person types the whole word: a letter may have been meant for something else."""
    return ask('May it do that? Type "yes": ').strip().casefold() == "yes"


def _typed(question: str) -> str:
    """Return what is typed on the terminal from now on."""
    termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)  # what was typed before is not an answer
    print(question, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline()

"""
TOML → `Settings`, with every problem told at once, each with its key path and line.

`config.example.toml` is the manual of all keys. Only the standard library is used: this runs before the first paint.
"""

import os
import re
import stat
import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import get_args

from ..sampling.errors import TuuiError
from .headers import check_headers, refuse_other_kind
from .models import default_model, hint_aliases, model_names, read_model, refuse_collisions, url_problem
from .problems import Problem, Report, printable, shown_path
from .reader import Section
from .roots import roots_in
from .settings import Drawing, HttpTransportName, InterfaceSettings, Protocol, ServerSettings, Settings
from .toml_lines import locate

__all__ = ["ConfigError", "Problem", "load", "parse"]

MOST_PENDING, MOST_MESSAGE_MB, MOST_TOOL_TURNS = 10_000, 1_024, 1_000
"""Limits of the limits: beyond them a person reads nothing, and a computer has no memory."""

_SYNTAX_ERROR = re.compile(
    r"(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.DOTALL
)


InterfaceCheck = Callable[[InterfaceSettings], Mapping[tuple[str, ...], str]]
"""Returns what is wrong with the commands, keys and colours of `[interface]`: path within it → problem in words."""


class ConfigError(TuuiError):
    """
    The configuration can't be used. Its text has one line per problem, ``config.toml:12: servers.x.comand: …``.

    Attributes:
        path: The file.
        problems: All that was found, in the order of the file.
        is_missing: There is no such file, which is how everybody begins.
    """

    def __init__(self, path: Path, problems: Iterable[Problem], *, hint: str = "", is_missing: bool = False) -> None:
        self.path = path
        self.problems = tuple(problems)
        self.is_missing = is_missing
        super().__init__("\n".join(self._shown(problem) for problem in self.problems), hint=hint)

    def _shown(self, problem: Problem) -> str:
        where = printable(str(self.path)) + (f":{problem.line}" if problem.line is not None else "")
        return ": ".join(part for part in (where, problem.key_path, problem.message) if part)


def load(path: Path, environ: Mapping[str, str], check_interface: InterfaceCheck | None = None) -> Settings:
    """
    Read a configuration file.

    Args:
        environ: Where `${NAME}` is looked up, usually `os.environ`.
        check_interface: Asked about a section `[interface]` that names commands or colours: this room knows neither.

    Raises:
        ConfigError: It is not there, can't be read, may be written by others, or holds problems.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read()
    except FileNotFoundError:
        raise ConfigError(
            path,
            [Problem("", None, "there is no such file")],
            hint="Write one there (config.example.toml in the sources shows every key), name another with --config or "
            '$TUUI_SAMPLING_CONFIG, or run "tuui-sampling demo", which needs none.',
            is_missing=True,
        ) from None
    except OSError as error:
        raise ConfigError(path, [Problem("", None, f"can't be read: {error.strerror or 'refused'}")]) from error
    if os.name == "posix" and mode & (stat.S_IWGRP | stat.S_IWOTH):
        # Whoever can write it can run commands as us.
        problem = Problem("", None, "others than its owner may change this file, and it names programs to run")
        raise ConfigError(path, [problem], hint=f"chmod go-w {printable(str(path))}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(path, [Problem("", line, "is not UTF-8 text")]) from None
    return parse(text, environ, path, check_interface)


def parse(text: str, environ: Mapping[str, str], path: Path, check_interface: InterfaceCheck | None = None) -> Settings:
    """
    Read the text of a configuration file.

    Args:
        path: Where it came from; a relative `cwd` in it is relative to this file's folder.
        check_interface: As in `load`.

    Raises:
        ConfigError: With every problem in it; a syntax error comes alone.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(path, [_syntax_problem(text, str(error))]) from None
    report = Report(text)
    top = Section(table, (), report, environ)
    models = {name: (read_model(name, section), section) for name, section in top.named_sections("models")}
    refuse_collisions(models)
    names = tuple(models)
    servers = {name: _server(name, section, path, names) for name, section in top.named_sections("servers")}
    settings = Settings(
        servers=servers,
        models={name: model for name, (model, _) in models.items()},
        default_model=default_model(top, names),
        hint_aliases=hint_aliases(top.section("hint_aliases")),
        ask_several=model_names(top, "ask_several", names) or (),
        interface=_interface(top.section("interface"), check_interface),
        path=path,
    )
    top.close()
    if problems := report.problems():
        raise ConfigError(path, problems)
    return settings


def _server(name: str, section: Section, path: Path, models: tuple[str, ...]) -> ServerSettings:
    protocols: tuple[Protocol, ...] = get_args(Protocol)
    transports: tuple[HttpTransportName, ...] = get_args(HttpTransportName)
    is_called = section.holds("url")
    refuse_other_kind(section, is_called=is_called)
    server = ServerSettings(
        name=name,
        url=section.text("url", expand=True),
        headers=section.text_table("headers", expand=True),
        command=section.text("command", required=not is_called) or "",
        args=section.texts("args", expand=True),
        cwd=_folder(section, "cwd", path),
        env=section.text_table("env", expand=True),
        inherit_env=section.texts("inherit_env"),
        enabled=section.flag("enabled", True),
        protocol=section.choice("protocol", protocols, "auto"),
        transport=section.choice("transport", transports, "auto"),
        startup_timeout=section.seconds("startup_timeout", ServerSettings.startup_timeout),
        roots=roots_in(section, "roots", path),
        max_pending=section.whole("max_pending", ServerSettings.max_pending, most=MOST_PENDING),
        max_message_mb=section.whole("max_message_mb", ServerSettings.max_message_mb, most=MOST_MESSAGE_MB),
        allowed_models=model_names(section, "allowed_models", models),
        max_tool_turns=section.whole("max_tool_turns", ServerSettings.max_tool_turns, most=MOST_TOOL_TURNS),
    )
    for key, names in (("env", server.env), ("inherit_env", server.inherit_env)):
        if any(not variable or "=" in variable or "\0" in variable for variable in names):
            section.problem(key, "the name of an environment variable is not empty and holds no =")
    section.check("url", server.url, partial(url_problem, instead="headers"))
    check_headers(section, server.headers)
    section.close()
    return server


def _folder(section: Section, key: str, path: Path) -> Path | None:
    value = section.text(key)
    if value is None:
        return None
    try:
        return path.absolute().parent / Path(value).expanduser()
    except RuntimeError:
        section.problem(key, "there is no such user, so ~ can't be resolved")
        return None


def _interface(section: Section, check: InterfaceCheck | None) -> InterfaceSettings:
    drawings: tuple[Drawing, ...] = get_args(Drawing)
    interface = InterfaceSettings(
        bell=section.flag("bell", InterfaceSettings.bell),
        title=section.flag("title", InterfaceSettings.title),
        theme=section.text("theme"),
        images=section.choice("images", drawings, InterfaceSettings.images),
        keys=section.text_table("keys"),
    )
    if any(not command.strip() or not key.strip() for command, key in interface.keys.items()):
        section.problem("keys", "a command and its key are not empty")
    elif check is not None and (interface.theme is not None or interface.keys):
        for (key, *inner), message in check(interface).items():
            section.problem(key, message, *inner)
    section.close()
    return interface


def _syntax_problem(text: str, message: str) -> Problem:
    """Say where the syntax breaks; a name that is defined twice is such a break, and is told with both its places."""
    text = text.replace("\r\n", "\n").rstrip("\n")
    lines = text.split("\n")
    match = _SYNTAX_ERROR.fullmatch(message)
    what, line, column = message, len(lines), len(lines[-1]) + 1
    if match is not None:
        what = match["what"]
        line, column = (int(match["line"]), int(match["column"])) if match["line"] else (line, column)
    if what.startswith(("Cannot ", "Duplicate ")):
        # The last key before the break is the one that was there already.
        found = locate("\n".join([*lines[: line - 1], lines[line - 1][: column - 1]]))
        last = found[-1]
        first = next(location for location in found if location.key_path == last.key_path)
        if first is not last:
            return Problem(shown_path(last.key_path), last.line, f"is defined twice (first on line {first.line})")
    return Problem("", line, f"is not TOML: {what} (column {column})")

"""
Makes `Settings` from TOML, with every problem told at once, each with its key path and line.

`config.example.toml` is the manual of all keys. Only the standard library is used: this runs before the first paint.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from .checks import key_map_problems
from .files.source import read_source
from .models import read_model, refuse_collisions, refuse_unknown_agents
from .presets import DEFAULT_KEY_VARIABLES, PRESETS
from .problems import ConfigError, Problem, Report, shown_path
from .reader import Context, Section
from .servers import read_server
from .setting import read_values, settings_of
from .settings import InterfaceSettings, ModelSettings, Settings, key_variables
from .toml.limits import limit_problem
from .toml.lines import locate
from .trust import refuse_untrusted

__all__ = ["ConfigError", "Problem", "load", "parse"]

_SYNTAX_ERROR = re.compile(
    r"(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.DOTALL
)


InterfaceCheck = Callable[[InterfaceSettings], Mapping[tuple[str, ...], str]]
"""Returns what is wrong with the commands, keys and colours of `[interface]`: path within it → problem in words."""


IN_INTERFACE = "belongs into the table [interface]"


def load(path: Path, environ: Mapping[str, str], check_interface: InterfaceCheck | None = None) -> Settings:
    """
    Read a configuration file. A server or a model that something is wrong with is kept, with its `problems`.

    Args:
        environ: Where `${NAME}` is looked up, usually `os.environ`.
        check_interface: Asked about a section `[interface]` that names commands or colours: this room knows neither.

    Raises:
        ConfigError: It is not there, can't be read, may be written by others, is a project's that nobody has trusted,
            or holds problems.
    """
    text = read_source(path)
    settings = parse(text, environ, path, check_interface, keep=True)
    refuse_untrusted(path, text, settings)
    return settings


def parse(
    text: str,
    environ: Mapping[str, str],
    path: Path,
    check_interface: InterfaceCheck | None = None,
    *,
    keep: bool = False,
) -> Settings:
    """
    Read the text of a configuration file.

    Args:
        path: Where it came from; a relative `cwd` in it is relative to this file's folder.
        check_interface: As in `load`.
        keep: What is wrong with one server or model is kept with that, and is no problem of the file.

    Raises:
        ConfigError: With every problem in it, those of one server or model too; a syntax error comes alone.
    """
    if (limit := limit_problem(text)) is not None:
        raise ConfigError(path, [Problem("", *limit)])
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(path, [_syntax_problem(text, str(error))], hint=_host_file_hint(text, path)) from None
    report = Report(text)
    top = Section(table, (), Context(report, environ, path.absolute().parent))
    settings = _read(top, path, check_interface)
    every_problem = report.problems()
    if keep:
        settings = _with_own_problems(settings, report)
    if report.problems():  # then nothing of the file is used, and those of one server or model are told, too
        raise ConfigError(path, every_problem, hint="" if "servers" in table else _host_file_hint(text, path))
    return settings


def parse_whatever_is_set(
    text: str, environ: Mapping[str, str], path: Path, check_interface: InterfaceCheck | None = None
) -> Settings:
    """
    Read a configuration as if every variable were set that it names: what is missing is told apart from what is wrong.

    Raises:
        ConfigError: Something is wrong with it.
    """
    try:
        return parse(text, _Anything(environ, "not-set-yet"), path, check_interface)
    except ConfigError:  # a whole address may be in a variable
        return parse(text, _Anything(environ, "http://not-set-yet"), path, check_interface)


def _read(top: Section, path: Path, check_interface: InterfaceCheck | None) -> Settings:
    models = {name: (read_model(name, section), section) for name, section in top.named_sections("models")}
    refuse_collisions(models)
    names = top.context.models = tuple(models)
    keys = _key_variables(models, top.context.report)
    servers = list(top.named_sections("servers"))
    refuse_unknown_agents(models, dict(servers))
    elsewhere = {one.key for one in settings_of(InterfaceSettings).values()}
    top.refuse((elsewhere - {one.key for one in settings_of(Settings).values()}).__contains__, IN_INTERFACE)
    values = read_values(Settings, top, without=("models", "servers", "interface"))
    values["default_model"] = values["default_model"] or next(iter(names), None)
    return Settings(
        servers={name: read_server(name, section, keys) for name, section in servers},
        models={name: model for name, (model, _) in models.items()},
        interface=_interface(top.section("interface"), check_interface),
        path=path,
        **values,
    )


def _with_own_problems(settings: Settings, report: Report) -> Settings:
    """Take what is wrong inside the table of one server or model out of the report, and keep it with that."""
    return replace(
        settings,
        servers={name: replace(one, problems=report.take("servers", name)) for name, one in settings.servers.items()},
        models={name: replace(one, problems=report.take("models", name)) for name, one in settings.models.items()},
    )


def _key_variables(models: Mapping[str, tuple[ModelSettings, Section]], report: Report) -> frozenset[str]:
    """Return the variables that may hold a model's key: all known ones where a table does not say whose model it is."""
    keys = set(key_variables(model for model, _ in models.values()))
    for name, (_, section) in models.items():
        if any(report.concerns("models", name, key) for key in ("provider", "preset", "api_key_env")):
            known = (*DEFAULT_KEY_VARIABLES.values(), *(preset.api_key_env for preset in PRESETS.values()))
            keys.update(one for one in (*known, section.get("api_key_env")) if isinstance(one, str))
    return frozenset(keys)


def _interface(section: Section, check: InterfaceCheck | None) -> InterfaceSettings:
    interface = InterfaceSettings(**read_values(InterfaceSettings, section))
    names_something = interface.theme is not None or interface.keys
    if check is not None and names_something and not any(key_map_problems(interface.keys)):
        for (key, *inner), message in check(interface).items():
            section.problem(key, message, *inner)
    return interface


def _host_file_hint(text: str, path: Path) -> str:
    from .hosts.recognise import host_file_hint  # only a file that can't be used is looked at again

    return host_file_hint(text, path)


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


class _Anything(dict[str, str]):
    """An environment in which every variable is set."""

    def __init__(self, environ: Mapping[str, str], value: str) -> None:
        super().__init__(environ)
        self._value = value

    def __missing__(self, key: str) -> str:
        return self._value

    def get(self, key: str, default: object = None) -> str:
        return self[key]

    def __contains__(self, key: object) -> bool:
        return True

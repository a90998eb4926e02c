"""
Keeps a project's own file from running programs, sending requests and allowing them, until its owner trusts it.

A repository that somebody cloned may bring a configuration along. What such a file would do is trusted by the digest of
its text: once it changes, it is asked about again. The user's own configuration, which lies in no project, is not.
"""

import hashlib
import json
import os
import shlex
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from .files.regular import read_regular
from .model_settings import ModelSettings
from .paths import config_file, state_dir
from .presets import PRESETS
from .private_files import private_folder, write_private
from .problems import ConfigError, Problem, Report, printable, shown_path
from .reader import variables_of
from .settings import ServerSettings, Settings
from .toml.lines import KeyPath

MARKS = (".git", ".hg", ".jj", ".svn", ".bzr", "_darcs", ".fslckout", ".pijul")
"""What lies at the top of a working copy of each version control system."""

_KEPT = 10_000_000
"""Bytes of the file of what is trusted that are read."""


class Claim(NamedTuple):
    """
    One thing that a file wants to be able to do.

    Attributes:
        key_path: Where it says so.
        words: What it is. Foreign text; never a value from the environment.
    """

    key_path: KeyPath
    words: str


def project_of(path: Path) -> Path | None:
    """Return the working copy that a file lies in, by its name or by where that leads to; None where it is in none."""
    for place in (path.absolute(), Path(os.path.realpath(path))):
        for folder in place.parents:
            if any(os.path.lexists(folder / mark) for mark in MARKS):
                return folder
    return None


def refuse_untrusted(path: Path, text: str, settings: Settings) -> None:
    """
    Let a file pass that is the user's own, lies in no project, claims nothing, or is trusted as it stands.

    The user's own is the one in the configuration folder, which may be in a repository itself.

    Raises:
        ConfigError: It is a project's, it claims something, and nobody has trusted it.
    """
    if (project := project_of(path)) is None or path == config_file(None, {}) or is_trusted(path, text):
        return
    report = Report(text)
    problems = [
        Problem(shown_path(claim.key_path), report.line(claim.key_path), f"not trusted yet: {printable(claim.words)}")
        for claim in claims(settings, text)
    ]
    if problems and not _is_our_example(text):
        hint = (
            f"This file is part of a project, {printable(str(project))}, so somebody else may have written it. "
            f"To see what it would do, and to trust it: tuui-sampling trust {printable(shlex.quote(str(path)))}"
        )
        raise ConfigError(path, problems, hint=hint)


def claims(settings: Settings, text: str) -> Iterator[Claim]:
    """
    Yield every program that a configuration runs, every host that it sends to, and all that it lets pass unasked.

    Args:
        text: Of its file. What it takes from the environment may go to such a program or host, and is told, too.
    """
    table = tomllib.loads(text)
    for key_path, name in variables_of({key: table.get(key) for key in ("servers", "models")}):
        yield Claim(key_path, f"takes {name} from your environment")
    for server in settings.servers.values():
        yield _server(server)
    for model in settings.models.values():
        if model.is_agent:
            yield from _agent(model)
        elif model.provider not in ("human", "demo"):
            yield _model(model)
    if settings.policy == "tiered":
        yield Claim(("policy",), "lets requests of low and medium risk pass without asking")
    for number, rule in enumerate(settings.rules):
        if rule.effect == "allow":
            yield Claim(("rules", number, "allow"), f"lets requests pass without asking: {rule.name}")


def _server(server: ServerSettings) -> Claim:
    if server.url is not None:
        headers = f", with the headers {', '.join(server.headers)}" if server.headers else ""
        return Claim(("servers", server.name, "url"), f"calls {server.host}{headers}")
    words = f"runs {shlex.join(server.shown_command)}"
    words += f" in {server.cwd}" if server.cwd is not None else ""
    given = (*server.env, *server.inherit_env)
    words += f", with the variables {', '.join(given)}" if given else ""
    return Claim(("servers", server.name, "command"), words)


def _agent(model: ModelSettings) -> Iterator[Claim]:
    if model.agent is not None:
        yield Claim(("models", model.name, "agent"), f"runs the Python code {model.agent}")
    if model.servers:
        words = f"has {model.model} answer with tools of {', '.join(model.servers)}"
        yield Claim(("models", model.name, "servers"), words)


def _model(model: ModelSettings) -> Claim:
    if ":" in model.provider:
        return Claim(("models", model.name, "provider"), f"runs the Python class {model.provider}")
    address = model.base_url or (PRESETS[model.preset].base_url if model.preset else None)
    where = urlsplit(address).netloc.rpartition("@")[2] if address else f"the address of {model.provider} itself"
    key = f", with the key in {model.key_variable}" if model.key_variable else ""
    headers = f", with the headers {', '.join(model.extra_headers)}" if model.extra_headers else ""
    return Claim(
        ("models", model.name, "base_url" if model.base_url else "provider"), f"sends to {where}{key}{headers}"
    )


# --- what is trusted ---


def digest(text: str) -> str:
    """Return the digest by which a file is trusted."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def is_trusted(path: Path, text: str) -> bool:
    """Whether somebody has trusted this file with exactly this text."""
    return _trusted().get(os.path.realpath(path)) == digest(text)


def trust(path: Path, text: str) -> None:
    """
    Trust a file as long as its text is this one.

    Raises:
        OSError: That can't be written down.
    """
    _write({**_trusted(), os.path.realpath(path): digest(text)})


def forget(path: Path) -> bool:
    """
    Trust a file no longer; say whether it was.

    Raises:
        OSError: That can't be written down.
    """
    trusted = dict(_trusted())
    if trusted.pop(os.path.realpath(path), None) is None:
        return False
    _write(trusted)
    return True


def keep_trust(path: Path, before: str, after: str) -> None:
    """
    Trust what this program has written at its owner's wish, if what was there before was trusted, or was nothing.

    Raises:
        OSError: That can't be written down.
    """
    if project_of(path) is not None and (not before or is_trusted(path, before)):
        trust(path, after)


def _file() -> Path:
    return state_dir() / "trusted.json"


def _trusted() -> Mapping[str, str]:
    """Return the digests by the files' real paths; what can't be read or understood trusts nothing."""
    try:
        table = json.loads(read_regular(_file(), _KEPT)[0])
    except (OSError, ValueError, RecursionError):
        return {}
    return table if isinstance(table, dict) else {}


def _write(trusted: Mapping[str, str]) -> None:
    file = _file()
    private_folder(file.parent)
    write_private(file, json.dumps(trusted, indent=1).encode(), durable=True)


def _is_our_example(text: str) -> bool:
    """Whether it is the file that this program's own sources bring along."""
    from .written.example import example_text

    return text == example_text()

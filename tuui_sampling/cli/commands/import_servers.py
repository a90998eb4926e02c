"""`tuui-sampling import`: takes servers over from other MCP hosts, each shown in full before anything is written."""

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ...config.files.source import read_source_if_any
from ...config.hosts.places import HostFile, host_files
from ...config.hosts.read import HostFileError, read_host_file
from ...config.hosts.server import HostServer
from ...config.hosts.write import added, free_name, save
from ...config.load import ConfigError, parse_whatever_is_set
from ...config.paths import config_file
from ...config.trust import keep_trust
from ...sampling.visible import visible
from .. import exit_codes
from ..configuration import NO_MODEL_SENTENCE
from ..output import complain, complain_of_configuration, one_line, result, say

ALL = ("all", "a")
"""What is typed to take all that are not configured yet."""


@dataclass(frozen=True)
class Offer:
    """
    A server that can be taken over, and where it stands.

    Attributes:
        configured: What it is called in the configuration, where it is there already.
    """

    server: HostServer
    origin: HostFile
    configured: str = ""


def run_import(
    config: str | None, environ: Mapping[str, str], files: Sequence[str], *, take_all: bool, dry_run: bool
) -> int:
    """
    Show the servers of other hosts, ask which to take, and add them to the configuration.

    Args:
        files: The hosts' files; those that are found by themselves when there are none.
        take_all: Ask nothing.
        dry_run: Print the configuration that would be written, and write nothing.
    """
    path = config_file(Path(config) if config is not None else None, environ)
    places = [HostFile("", Path(name).absolute()) for name in files] or host_files(environ, Path.cwd())
    if not places:
        complain("no list of another host's servers was found; name its file: tuui-sampling import FILE")
        return exit_codes.USAGE
    try:
        before = read_source_if_any(path)
        taken = set(parse_whatever_is_set(before, environ, path).servers) if before else set()
    except ConfigError as error:
        complain_of_configuration(error)
        return exit_codes.USAGE
    tables = tomllib.loads(before).get("servers", {})
    offers = [replace(one, configured=_configured(one.server.table, tables)) for one in _offers(places)]
    if not offers:
        return exit_codes.USAGE
    for number, offer in enumerate(offers, 1):
        _show(number, offer)
    chosen = _new(offers) if take_all else _choose(offers)
    if not chosen:
        say("Nothing was taken over.")
        return exit_codes.OK
    return _add(path, before, _named(chosen, taken), environ, dry_run=dry_run)


def _offers(places: Sequence[HostFile]) -> Iterator[Offer]:
    """Yield what can be taken over; what can't be is said at once."""
    for place in places:
        try:
            listed = read_host_file(place.path)
        except HostFileError as error:
            say(f"{place.path}: {error}")
            continue
        for name, why in listed.left.items():
            say(f"{place.path}: {name} can't be taken over: {why}")
        for server in listed.servers:
            yield Offer(server, place)


def _configured(table: Mapping[str, Any], tables: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the name under which a server is configured that is called alike and given nothing else, or nothing."""
    for name, there in tables.items():
        alike = all((table.get(key) or None) == (there.get(key) or None) for key in ("command", "args", "url"))
        given = [(table.get(key) or {}, there.get(key) or {}) for key in ("env", "headers")]
        if alike and all(one[key] == other[key] for one, other in given for key in one.keys() & other.keys()):
            return name
    return ""


def _new(offers: Sequence[Offer]) -> list[Offer]:
    return [one for one in offers if not one.configured]


def _show(number: int, offer: Offer) -> None:
    server = offer.server
    off = "  (switched off there)" if server.table.get("enabled") is False else ""
    there = f"  (already configured as {offer.configured})" if offer.configured else ""
    print(visible(f"{number:>3}  {server.name}{off}{there}", multiline=False))
    result(visible(f"       {server.runs}", multiline=False), 9)
    result(visible(f"       from {_origin(offer)}", multiline=False), 9)
    for key in ("env", "headers"):
        if values := server.table.get(key):
            shown = ", ".join(f"{name}={value}" for name, value in values.items())
            result(visible(f"       {key}: {shown}", multiline=False), 9)
    for note in server.notes:
        result(visible(f"       note: {note}", multiline=False), 9)


def _origin(offer: Offer) -> str:
    return ": ".join(part for part in (offer.origin.host, str(offer.origin.path)) if part)


def _choose(offers: Sequence[Offer]) -> list[Offer]:
    """Ask which to take; nobody to ask means none."""
    if not sys.stdin.isatty():
        say("Nobody can be asked which to take: --all takes all of them.")
        return []
    while True:
        take = "1" if offers[0].configured else "“all”"
        which = f"Take it? {take} takes it, nothing leaves it:"
        if len(offers) > 1:
            new = " that are not configured yet" if len(_new(offers)) < len(offers) else ""
            which = f"Which of the {len(offers)}? Numbers such as 1 3-5, “all”{new}, or nothing for none:"
        say(which)
        answer = sys.stdin.readline().strip()
        if answer.casefold() in ALL:
            return _new(offers)
        if (numbers := _numbers(answer, len(offers))) is not None:
            return [offers[number - 1] for number in numbers]
        say(f"A number from 1 to {len(offers)}, please." if len(offers) > 1 else f"{take} or nothing, please.")


def _numbers(answer: str, most: int) -> list[int] | None:
    """Return the numbers that somebody typed, each once; None when they are none."""
    if answer.casefold() in ("", "none", "n", "q"):
        return []
    if answer.casefold() in ALL:
        return list(range(1, most + 1))
    found: list[int] = []
    for part in re.split(r"[,\s]+", answer):
        match = re.fullmatch(r"(\d{1,6})(?:-(\d{1,6}))?", part)
        if match is None:
            return None
        found += range(int(match[1]), min(int(match[2] or match[1]), most) + 1)
    return list(dict.fromkeys(found)) if found and all(1 <= number <= most for number in found) else None


def _named(chosen: Sequence[Offer], taken: set[str]) -> list[Offer]:
    """Return the servers with names of which each is there once, also beside those that are configured."""
    names = set(taken)
    found: list[Offer] = []
    for offer in chosen:
        name = free_name(offer.server.name, names)
        names.add(name)
        if name != offer.server.name:
            there = f"already configured as {offer.configured}" if offer.configured else "a name that is taken"
            say(one_line(f"{offer.server.name} is {there}: it becomes {name}."))
        found.append(replace(offer, server=replace(offer.server, name=name)))
    return found


def _add(path: Path, before: str, chosen: Sequence[Offer], environ: Mapping[str, str], *, dry_run: bool) -> int:
    origins = {one.server.name: _origin(one) for one in chosen}
    after = added(before, [one.server for one in chosen], origins)
    try:
        settings = parse_whatever_is_set(after, environ, path)
    except ConfigError as error:
        complain_of_configuration(error)
        say("Nothing was written.")
        return exit_codes.USAGE
    if dry_run:
        print(after, end="")
    else:
        try:
            keep_trust(path, before, after)
            save(path, after)
        except OSError as error:
            complain(f"{path} can't be written: {error.strerror}")
            return exit_codes.USAGE
        say(f"Written to {path}: {', '.join(one.server.name for one in chosen)}.")
    for name, why in {name: why for one in chosen for name, why in one.server.variables.items()}.items():
        if not environ.get(name):
            say(f"Set {name} before you start: {why}.")
    if not dry_run:
        if not settings.models:
            say(NO_MODEL_SENTENCE)
        say("To see whether they start: tuui-sampling check")
    return exit_codes.OK

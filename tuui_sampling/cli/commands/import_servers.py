"""`tuui-sampling import`: takes servers over from other MCP hosts, each shown in full before anything is written."""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

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
from ..output import complain, complain_of_configuration, result, say


@dataclass(frozen=True)
class Offer:
    """A server that can be taken over, and where it stands."""

    server: HostServer
    origin: HostFile


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
    places = [HostFile("", Path(name)) for name in files] or host_files(environ, Path.cwd())
    if not places:
        complain("no list of another host's servers was found; name its file: tuui-sampling import FILE")
        return exit_codes.USAGE
    try:
        before = read_source_if_any(path)
        taken = set(parse_whatever_is_set(before, environ, path).servers) if before else set()
    except ConfigError as error:
        complain_of_configuration(error)
        return exit_codes.USAGE
    offers = list(_offers(places))
    if not offers:
        return exit_codes.USAGE
    for number, offer in enumerate(offers, 1):
        _show(number, offer)
    chosen = offers if take_all else _choose(offers)
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


def _show(number: int, offer: Offer) -> None:
    server = offer.server
    off = "  (switched off there)" if server.table.get("enabled") is False else ""
    print(visible(f"{number:>3}  {server.name}{off}", multiline=False))
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
        which = "Take it? “all” takes it, nothing leaves it:"
        if len(offers) > 1:
            which = f"Which of the {len(offers)}? Numbers such as 1 3-5, “all”, or nothing for none:"
        say(which)
        answer = sys.stdin.readline().strip()
        if (numbers := _numbers(answer, len(offers))) is not None:
            return [offers[number - 1] for number in numbers]
        say(f"Not understood: {answer[:60]}")


def _numbers(answer: str, most: int) -> list[int] | None:
    """Return the numbers that somebody typed, each once; None when they are none."""
    if answer.casefold() in ("", "none", "n", "q"):
        return []
    if answer.casefold() in ("all", "a"):
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

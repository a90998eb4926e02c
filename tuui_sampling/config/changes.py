"""Tells two configurations apart: which servers are new, changed or gone, and what else is different, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace

from .problems import Problem, printable, words_of
from .setting import settings_of
from .settings import ModelSettings, ServerSettings, Settings

_Table = ServerSettings | ModelSettings

AT_START = frozenset(("problems", *(name for name, one in settings_of(ServerSettings).items() if one.at_start)))
"""Keys of a server that are looked at when it is started; the others hold from the moment in which they are read."""


@dataclass(frozen=True)
class Changes:
    """
    What is different in another configuration.

    Attributes:
        added: The names of servers that are new.
        restarts: A server's name → its keys that are different and hold from its next start.
        adjusted: A server's name → its keys that are different and hold at once.
        removed: The names of servers that are no longer there.
        unusable: What can't be used of what is new or different: a line each.
        more: Whatever else is different: a line each.
    """

    added: tuple[str, ...]
    restarts: Mapping[str, tuple[str, ...]]
    adjusted: Mapping[str, tuple[str, ...]]
    removed: tuple[str, ...]
    unusable: tuple[str, ...]
    more: tuple[str, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """Everything that is different, a line each; no value of a setting is among it."""
        return (
            *self.unusable,
            *(f"server {printable(name)}: new" for name in self.added),
            *(
                f"server {printable(name)}: {_listed(keys)}, from its next start"
                for name, keys in self.restarts.items()
            ),
            *(f"server {printable(name)}: {_listed(keys)}" for name, keys in self.adjusted.items()),
            *(f"server {printable(name)}: no longer configured" for name in self.removed),
            *self.more,
        )


def newly_unusable(before: Settings, after: Settings) -> tuple[Problem, ...]:
    """Return the problems of servers and models that `after` makes unusable and that were good before."""
    return (*_newly(before.servers, after.servers), *_newly(before.models, after.models))


def _newly(before: Mapping[str, _Table], after: Mapping[str, _Table]) -> Iterator[Problem]:
    for name, one in after.items():
        if name in before and not before[name].problems:
            yield from one.problems


def compare(before: Settings, after: Settings) -> Changes:
    """Return what is different in `after`."""
    both = [name for name in after.servers if name in before.servers]
    different = {name: different_keys(before.servers[name], after.servers[name]) for name in both}
    return Changes(
        tuple(name for name in after.servers if name not in before.servers),
        {name: found for name, keys in different.items() if (found := tuple(key for key in keys if key in AT_START))},
        {
            name: found
            for name, keys in different.items()
            if (found := tuple(key for key in keys if key not in AT_START))
        },
        tuple(name for name in before.servers if name not in after.servers),
        tuple(_unusable(before, after)),
        (*_models(before, after), *_rest(before, after)),
    )


def different_keys(before: ServerSettings, after: ServerSettings) -> tuple[str, ...]:
    """Return the keys in which a server's settings differ."""
    return tuple(one.name for one in fields(before) if one.compare and _differs(before, after, one.name))


def running_as(running: ServerSettings, wanted: ServerSettings) -> ServerSettings:
    """Return the settings of a server that runs: what holds from its start as it was, and the rest as it is wanted."""
    kept = {key: getattr(running, key) for key in (*AT_START, "command_as_written", "args_as_written", "secrets")}
    return replace(wanted, **kept)


def _models(before: Settings, after: Settings) -> Iterator[str]:
    for name, model in after.models.items():
        if name not in before.models:
            yield f"model {printable(name)}: new"
        elif model != before.models[name]:
            keys = [one.name for one in fields(model) if one.compare and _differs(before.models[name], model, one.name)]
            yield f"model {printable(name)}: {_listed(keys)}"
    for name in before.models:
        if name not in after.models:
            yield f"model {printable(name)}: no longer configured"


def _unusable(before: Settings, after: Settings) -> Iterator[str]:
    """Say what can't be used of what is new or different."""
    yield from _unusable_of("server", before.servers, after.servers)
    yield from _unusable_of("model", before.models, after.models)


def _unusable_of(what: str, before: Mapping[str, _Table], after: Mapping[str, _Table]) -> Iterator[str]:
    for name, one in after.items():
        if one.problems and (name not in before or _differs(before[name], one, "problems")):
            yield f"{what} {printable(name)}: can't be used: {words_of(one.problems)}"


def _rest(before: Settings, after: Settings) -> Iterator[str]:
    for one in fields(Settings):
        if one.name not in ("servers", "models", "path", "interface", "rules") and _differs(before, after, one.name):
            yield one.name
    yield from _rules(before, after)
    for one in fields(after.interface):
        if _differs(before.interface, after.interface, one.name):
            yield f"interface: {one.name}"


def _rules(before: Settings, after: Settings) -> Iterator[str]:
    """Say what is different in the rules; a rule that only stands on another line is the same."""
    old, new = ([replace(rule, line=None) for rule in one.rules] for one in (before, after))
    if old == new:
        return
    was, now = {rule.name: rule for rule in old}, {rule.name: rule for rule in new}
    counts = {
        "new": sum(name not in was for name in now),
        "changed": sum(name in was and was[name] != rule for name, rule in now.items()),
        "gone": sum(name not in now for name in was),
    }
    yield f"rules: {', '.join(f'{count} {what}' for what, count in counts.items() if count) or 'in another order'}"


def _differs(before: object, after: object, name: str) -> bool:
    old, new = getattr(before, name), getattr(after, name)
    if name == "problems":  # one that only stands on another line is the same
        old, new = ([replace(one, line=None) for one in problems] for problems in (old, new))
    return bool(old != new)


def _listed(keys: tuple[str, ...] | list[str]) -> str:
    return ", ".join(key for key in keys if key != "problems") or "what was wrong with it"

"""`tuui-sampling check`: is the configuration good, does each server start, can each model be called?"""

import asyncio
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Literal

from ...backend import Backend, open_backend
from ...config.load import ConfigError
from ...config.network import Network
from ...config.policy.machine import SOURCE
from ...config.problems import Problem, words_of
from ...config.settings import Settings
from ...desk.leaks import LIBRARY
from ...frontend.presentation.format import counted, usage_words
from ...history.soundness import Soundness
from ...policy.dead_rules import DeadRule, dead_rules
from ...policy.fingerprint import fingerprints
from ...policy.limits import limits_of
from ...policy.verdict import Always, Verdict
from ...providers.models import Models
from ...sampling.errors import ModelError
from ...sampling.request import Json
from ...sampling.visible import json_text
from ...sampling.wire import usage_json
from ...servers.state.server import Server, ServerState
from .. import exit_codes
from ..configuration import NO_MODEL, read_settings
from ..output import complain_of_configuration, one_line, result, why_not_running
from ..progress import Progress
from ..prompts.sign_in import sign_in_on_terminal
from ..signals import Shutdown
from .ping import ping as send_ping

Level = Literal["ok", "warn", "fail", "skip"]


INDENT = 15
"""Columns of the level and the kind of a finding; what it says begins after them."""


@dataclass(frozen=True)
class Finding:
    """
    One line of the result.

    Attributes:
        kind: What was looked at: config, record, server or model.
        details: More members of the JSON object.
    """

    level: Level
    kind: str
    name: str
    message: str
    hint: str = ""
    details: Mapping[str, Json] = field(default_factory=dict)

    @property
    def line(self) -> str:
        """The finding in aligned plain words."""
        hint = f" — {one_line(self.hint)}" if self.hint else ""
        return f"{self.level:<5} {self.kind:<8} {one_line(self.name)}: {one_line(self.message)}{hint}"

    def as_json(self) -> dict[str, Json]:
        """Return the finding as a JSON object."""
        shown = {"level": self.level, "kind": self.kind, "name": self.name, "message": self.message, "hint": self.hint}
        return shown | dict(self.details)


def run_check(config: str | None, environ: Mapping[str, str], *, as_json: bool, ping: bool) -> int:
    """Run the command and return its exit code."""
    try:
        settings = read_settings(config, environ)
    except ConfigError as error:
        complain_of_configuration(error)
        if as_json:
            _print_json(str(error.path), [_problem(error, index) for index in range(len(error.problems))])
        return exit_codes.USAGE
    findings: list[Finding] = []
    with Progress(sys.stderr, "checking") as progress:
        interrupted = asyncio.run(_check(settings, environ, findings, progress, ping=ping))
    if as_json:
        _print_json(str(settings.path), findings)
    else:
        for finding in findings:
            result(finding.line, INDENT)
    if interrupted:
        return interrupted
    return exit_codes.OK if _all_well(findings) else exit_codes.NOT_WELL


def _problem(error: ConfigError, index: int) -> Finding:
    problem = error.problems[index]
    details = {"key_path": problem.key_path, "line": problem.line}
    return Finding("fail", "config", str(error.path), problem.message, error.hint, details)


def _print_json(config: str, findings: list[Finding]) -> None:
    shown = [finding.as_json() for finding in findings]
    print(json_text({"ok": _all_well(findings), "config": config, "findings": shown}, indent=2))


def _all_well(findings: list[Finding]) -> bool:
    return all(finding.level != "fail" for finding in findings)


# --- looking ---


async def _check(
    settings: Settings, environ: Mapping[str, str], findings: list[Finding], progress: Progress, *, ping: bool
) -> int:
    """Add to the findings; returns the exit code of a signal that broke it off, else 0."""
    with Shutdown() as ending:
        ending.left_the_screen()
        async with open_backend(
            settings, environ, judge=Always(Verdict.REJECT), restart=False, open_page=sign_in_on_terminal()
        ) as backend:
            ending.end_servers = backend.supervisor.guardian.end_at_once
            looking = asyncio.create_task(_look(backend, progress, ping), name="check")
            asked = asyncio.create_task(ending.asked.wait(), name="ending")
            await asyncio.wait((looking, asked), return_when=asyncio.FIRST_COMPLETED)
            asked.cancel()
            if looking.done():
                findings += looking.result()
            else:
                looking.cancel()
                await asyncio.wait((looking,))
    return ending.exit_code


async def _look(backend: Backend, progress: Progress, ping: bool) -> list[Finding]:
    """Look at everything, the servers and models side by side."""
    servers = [
        progress.over(server.name, partial(_server, backend, server)) for server in backend.supervisor.servers.values()
    ]
    models = [progress.over(name, partial(_model, backend.models, name, ping)) for name in backend.settings.models]
    rest = await asyncio.gather(*servers, *models)
    settings, network = backend.settings, backend.models.network
    first = [
        _config(settings),
        *_policy(settings),
        await _record(backend),
        *await _leaks(backend),
        *_network(network),
        *_roots(settings),
        *_rules(backend),
    ]
    return [*first, *rest]


def _config(settings: Settings) -> Finding:
    servers, models = len(settings.servers), len(settings.models)
    message = f"{counted(servers, 'server')}, {counted(models, 'model') if models else NO_MODEL}"
    return Finding("ok", "config", str(settings.path), message, details={"servers": servers, "models": models})


def _policy(settings: Settings) -> list[Finding]:
    """Say what of the rules and limits comes from this machine's policy, and what from the person's own file."""
    if settings.machine_policy is None:
        return []
    lists: dict[str, list[tuple[str, str]]] = {
        "preset": [(settings.policy, settings.policy_source)],
        "rules": [(f"{rule.effect}: {rule.name}", rule.source) for rule in settings.rules],
        "limits": [(limit.words, limit.source) for limit in limits_of(settings)],
    }
    rules, limits = (sum(source == SOURCE for _, source in lists[what]) for what in ("rules", "limits"))
    whose = f"{counted(rules, 'rule')}, {counted(limits, 'limit')} of {SOURCE}"
    message = f"{whose}; where no rule matches: {settings.policy} ({settings.policy_source})"
    details: dict[str, Json] = {
        what: [{"what": words, "source": source} for words, source in found] for what, found in lists.items()
    }
    return [Finding("ok", "policy", str(settings.machine_policy), message, details=details)]


def _rules(backend: Backend) -> list[Finding]:
    """Return a failure for each rule that can match nothing; the tools of the servers that run are known by now."""
    settings = backend.settings
    tools = {
        server.name: frozenset(tool.name for tool in server.tools)
        for server in backend.supervisor.servers.values()
        if server.state is ServerState.READY
    }
    dead = dead_rules(settings, settings.rules, datetime.now().date(), fingerprints=fingerprints(settings), tools=tools)
    return [_dead(settings, one) for one in dead]


def _dead(settings: Settings, dead: DeadRule) -> Finding:
    rule = dead.rule
    line = f"line {rule.line}: " if rule.line is not None else ""
    file = settings.machine_policy if rule.source == SOURCE else settings.path
    details: dict[str, Json] = {"line": rule.line, "source": rule.source, "file": str(file)}
    if rule.source == SOURCE:
        line = f"{file}, {line}"
    message = f"{line}it can match nothing: {dead.reason}"
    return Finding("fail", "rule", rule.name, message, "correct it, or take it out", details)


async def _record(backend: Backend) -> Finding:
    path = str(backend.ledger.path)
    if backend.trouble:
        return Finding("fail", "record", path, backend.trouble[0])
    if (fault := await asyncio.to_thread(Soundness(backend.ledger.path).fault)) is not None:
        return Finding("fail", "record", path, fault.message, fault.hint)
    return Finding("ok", "record", path, "can be written; what it holds is what was written")


async def _leaks(backend: Backend) -> list[Finding]:
    """Say whether the further search for secrets answers, where it is installed."""
    leaks = backend.desk.leaks
    if leaks is None:
        return []
    await leaks.search(["nothing to be found"])
    if leaks.problem:
        return [Finding("warn", "findings", LIBRARY, leaks.problem, "our own table is used all the same")]
    return [Finding("ok", "findings", LIBRARY, "searches for secrets, besides our own table")]


def _network(network: Network) -> list[Finding]:
    """Return what the environment says of proxies and certificates, and what of it can't be used."""
    broken = dict(network.problems())
    said = dict(network.settings)
    return [
        Finding("warn", "network", variable, broken[variable], "only hosts that it concerns can't be reached")
        if variable in broken
        else Finding("ok", "network", variable, said[variable])
        for variable in dict.fromkeys((*said, *broken))
    ]


def _roots(settings: Settings) -> list[Finding]:
    """Return a warning for each root that is not there: a server that is told of it would look in vain."""
    return [
        Finding("warn", "root", server.name, f"there is nothing at {root}", "make it, or take it out of roots")
        for server in settings.servers.values()
        for root in server.roots
        if not root.exists()
    ]


async def _server(backend: Backend, server: Server) -> Finding:
    problems = server.settings.problems
    if not server.settings.enabled:
        words = f"not enabled, and can't be used: {words_of(problems)}" if problems else "not enabled"
        return Finding("skip", "server", server.name, words)
    if problems:
        return _unusable("server", server.name, problems)
    started = time.monotonic()
    backend.supervisor.start(server.name)
    await backend.supervisor.settled(server.name)
    seconds = time.monotonic() - started
    details: dict[str, Json] = {"seconds": round(seconds, 3)}
    if server.state is not ServerState.READY:
        reason, hint = why_not_running(server)
        return Finding("fail", "server", server.name, reason, hint, details)
    era = "modern" if server.modern else "legacy"
    unusable = server.unusable
    details |= {
        "tools": sum(not tool.problem for tool in server.tools),
        "unusable": dict(unusable),
        "unlisted": list(server.offered.unlisted.values()),
        "protocol_version": server.protocol_version,
        "era": era,
        "title": server.title,
        "version": server.version,
    }
    usable = sum(not tool.problem for tool in server.tools)
    message = f"{counted(usable, 'tool')}, {server.protocol_version} ({era}), {seconds:.1f} s"
    if server.not_listening is not None:
        reason = f"{server.not_listening.words}: {server.not_listening.reason}"
        return Finding("fail", "server", server.name, reason, "what it pushes gets lost", details)
    if server.settings.host:
        details["host"] = server.settings.host
        route = backend.models.network.route(server.settings.url or "").words
        if route:
            details["route"] = route
        message = ", ".join(part for part in (server.settings.host, route, message) if part)
    odd = [*(f"{name} can't be used: {why}" for name, why in unusable.items()), *server.offered.unlisted.values()]
    if odd:
        return Finding("warn", "server", server.name, f"{message}; {'; '.join(odd)}", details=details)
    return Finding("ok", "server", server.name, message, details=details)


async def _model(models: Models, name: str, ping: bool) -> Finding:
    settings = models.settings(name)
    if settings.problems:
        return _unusable("model", name, settings.problems)
    try:
        host = models.host(name)
    except ModelError as error:
        return Finding("fail", "model", name, error.message, error.hint)
    status, _, variable = models.key_status(name).partition(": ")
    details: dict[str, Json] = {"provider": settings.provider, "model": settings.model, "host": host, "key": status}
    route = models.route(name)
    if route.words:
        details["route"] = route.words
        host = models.place(name)
    if route.problem:
        return Finding("fail", "model", name, f"{host}: {route.problem}", "correct it and try again", details)
    if status == "missing":
        hint = f"set {variable} and try again"
        return Finding("fail", "model", name, f"{host}, {variable} is not set", hint, details)
    message = f"{host}, {'no key needed' if status == 'not needed' else 'the key is set'}"
    if settings.provider in ("human", "demo") and not ping:
        return Finding("ok", "model", name, message, details=details)
    if not ping or settings.provider == "human":
        return Finding("ok", "model", name, f"{message}, not tried", details=details)
    try:
        pong = await send_ping(models, name)
    except ModelError as error:
        return Finding("fail", "model", name, f"{host}, {error.message}", error.hint, details)
    usage, answered_by = pong.response.usage, pong.response.model
    details |= {"seconds": round(pong.seconds, 3), "usage": usage_json(usage), "answered_by": answered_by}
    message += f", answered in {pong.seconds:.1f} s"
    if usage is not None:
        message += f", {usage_words(usage)}"
    return Finding("ok", "model", name, message, details=details)


def _unusable(kind: str, name: str, problems: tuple[Problem, ...]) -> Finding:
    """Return the failure of a server or a model whose table something is wrong with."""
    told: list[Json] = [{"key_path": one.key_path, "line": one.line, "message": one.message} for one in problems]
    hint = "correct its table (tuui-sampling edit), or set the variable"
    return Finding("fail", kind, name, words_of(problems), hint, {"problems": told})

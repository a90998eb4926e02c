"""`tuui-sampling rules`: lists the rules, explains one decision, and tries the rules on the record."""

import argparse
import asyncio
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from ...config.load import ConfigError
from ...config.paths import ledger_file
from ...config.settings import Settings
from ...frontend.presentation.format import counted
from ...history.judgements import Bounds, KeptFacts
from ...history.ledger import Entry, Kind, Ledger, RuleUse
from ...policy.dead_rules import dead_rules
from ...policy.fingerprint import fingerprints
from ...policy.recorded import recorded_facts
from ...policy.rules import Rules
from ...sampling.errors import LedgerError
from ...sampling.request import Json
from .. import exit_codes
from ..configuration import read_settings
from ..output import complain, complain_of_configuration, one_line, result

_AGE = re.compile(r"(\d{1,5})([mhdw])")
UNJUDGED = "requests of call are judged only with --decide rules"
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def run_rules(config: str | None, environ: Mapping[str, str], options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    try:
        settings = read_settings(config, environ)
    except ConfigError as error:
        complain_of_configuration(error)
        return exit_codes.USAGE
    try:
        match options.what:
            case "explain":
                return asyncio.run(_explain(settings, options.review, as_json=options.json))
            case "try":
                return asyncio.run(_try(settings, options.since, as_json=options.json))
        return asyncio.run(_list(settings, as_json=options.json))
    except LedgerError as error:
        complain(f"{error.message} {error.hint}".strip())
        return exit_codes.NOT_WELL


def _record() -> Ledger:
    """Return the record, to be read only: nothing is made or written."""
    return Ledger.unwritable(ledger_file(), LedgerError("It is only read."))


# --- listing ---


async def _list(settings: Settings, *, as_json: bool) -> int:
    uses = await _uses(settings)
    now = datetime.now().astimezone()
    dead = {
        id(one.rule): one.reason
        for one in dead_rules(settings, settings.rules, now.date(), fingerprints=fingerprints(settings))
    }
    rows: list[dict[str, Json]] = [
        {
            "name": rule.name,
            "effect": rule.effect,
            "trial": rule.trial,
            "source": rule.source,
            "line": rule.line,
            "count": use.count,
            "last": use.last.isoformat(timespec="seconds") if use.last else None,
            "dead": dead.get(id(rule)),
        }
        for rule, use in zip(settings.rules, uses, strict=True)
    ]
    if as_json:
        print(json.dumps({"policy": settings.policy, "rules": rows}, indent=2))
    else:
        print(f"policy: {settings.policy}; {len(rows)} {'rule' if len(rows) == 1 else 'rules'}")
        if not rows:
            result(
                "You decide about everything. A in the Inbox makes a rule; [[rules]] in config.example.toml shows how."
            )
        for row in rows:
            result(_row(row), 2)
    return exit_codes.NOT_WELL if dead else exit_codes.OK


async def _uses(settings: Settings) -> list[RuleUse]:
    if not ledger_file().exists():
        return [RuleUse()] * len(settings.rules)
    ledger = _record()
    return [await ledger.rule_use(rule.name) for rule in settings.rules]


def _row(row: Mapping[str, Json]) -> str:
    matched = f"{counted(row['count'], 'request')}, last {row['last']}" if row["count"] else "never matched"
    where = f"line {row['line']}, {row['source']}" if row["line"] else str(row["source"])
    trial = " (on trial)" if row["trial"] else ""
    dead = f"\n      can match nothing: {one_line(row['dead'])}" if row["dead"] else ""
    return f"{row['effect']:<6}{one_line(row['name'])}{trial}: {matched}; {where}{dead}"


# --- explaining ---


async def _explain(settings: Settings, review: str, *, as_json: bool) -> int:
    record = _record()
    named = await record.named(review)
    if not named:
        complain(f'the record knows no review "{one_line(review)}"; the History (F3) shows which there are')
        return exit_codes.USAGE
    if len(named) > 1:
        which = "".join(f"\n  {one_line(key)}: {one_line(origin)}" for key, origin in named)
        complain(f'"{one_line(review)}" may be one of several, of which the newest are:{which}')
        return exit_codes.USAGE
    ((key, origin),) = named
    about = f"{one_line(key)} ({one_line(origin)})"
    entries = [entry for entry in await record.entries(key) if entry.kind is Kind.JUDGED]
    if not entries:
        complain(f"no rules were asked about {about}, so the record has no judgement of it; {UNJUDGED}")
        return exit_codes.USAGE
    judge = Rules(settings.rules, preset=settings.policy, fingerprints=fingerprints(settings))
    explained = [_explained(judge, entry) for entry in entries]
    if as_json:
        print(json.dumps(explained, indent=2))
        return exit_codes.OK
    print(about)
    for one in explained:
        print(f"at the {one['gate']}, {one['at']}: {one['was']}")
        for step in one["steps"]:
            result(f"  {step['effect']:<6}{one_line(step['rule'])}: {one_line(step['why'])}", 8)
        if one["guards"]:
            result(f"  guards: {', '.join(one['guards'])}", 4)
        result(f"  with today's rules: {one['now']}", 4)
    return exit_codes.OK


def _explained(judge: Rules, entry: Entry) -> dict[str, Json]:
    facts = recorded_facts(entry.server, entry.at, entry.data.get("facts") or {})
    steps, judgement = judge.explain(facts)
    return {
        "gate": entry.data.get("gate"),
        "at": entry.at.astimezone().isoformat(timespec="seconds"),
        "was": _in_words(entry.data.get("verdict"), entry.data.get("rule"), entry.data.get("reason")),
        "steps": [
            {"effect": step.rule.effect, "rule": step.rule.name, "matched": step.matched, "why": step.why}
            for step in steps
        ],
        "guards": list(facts.guards),
        "now": _in_words(judgement.verdict, judgement.rule, judgement.reason),
    }


def _in_words(verdict: Json, rule: Json, reason: Json) -> str:
    why = f"rule: {rule}" if rule else reason
    return f"{verdict} ({one_line(str(why))})" if why else str(verdict)


# --- trying ---


async def _try(settings: Settings, since: str, *, as_json: bool) -> int:
    age = _AGE.fullmatch(since)
    if age is None:
        complain("--since is an age such as 12h, 7d or 4w")
        return exit_codes.USAGE
    begin = datetime.now().astimezone() - timedelta(**{_UNITS[age[2]]: int(age[1])})
    entries = await _record().facts(begin, bounds_of(settings))
    totals, untried = tried(settings, entries)
    if as_json:
        rows = [{"verdict": verdict, "rule": rule or None, "count": count} for (verdict, rule), count in totals.items()]
        print(
            json.dumps({"since": begin.isoformat(timespec="seconds"), "judgements": rows, "untried": untried}, indent=2)
        )
        return exit_codes.OK
    if not entries:
        result(f"The record has no judgement since {begin:%Y-%m-%d %H:%M}; {UNJUDGED}.")
        return exit_codes.OK
    print(f"{counted(sum(one.times for one in entries), 'judgement')} since {begin:%Y-%m-%d %H:%M}")
    for (verdict, rule), count in totals.most_common():
        print(f"{count:>8,}  {verdict:<7}{one_line(rule) or '-'}")
    for name in untried:
        print(f"          not tried, since texts are not kept: {one_line(name)}")
    return exit_codes.OK


def bounds_of(settings: Settings) -> Bounds:
    """Return what these rules ask of numbers and of the clock: of what is alike for them, one is tried."""
    rules = settings.rules
    return Bounds(
        sorted({rule.max_tokens for rule in rules if rule.max_tokens is not None}),
        sorted({rule.max_size for rule in rules if rule.max_size is not None}),
        sorted({rule.cost_above for rule in rules if rule.cost_above is not None}),
        by_minute=any(rule.between is not None or isinstance(rule.expires, date) for rule in rules),
    )


def tried(settings: Settings, kept: Sequence[KeptFacts]) -> tuple[Counter[tuple[str, str]], list[str]]:
    """Return what these rules would have said to the record, and the rules that can't be tried on it."""
    untried = [rule.name for rule in settings.rules if rule.prompt is not None]
    rules = [rule for rule in settings.rules if rule.prompt is None]
    judge = Rules(rules, preset=settings.policy, fingerprints=fingerprints(settings))
    totals: Counter[tuple[str, str]] = Counter()
    for one in kept:
        when = datetime.fromisoformat(one.at).astimezone()
        judgement = judge(recorded_facts(one.server, when, json.loads(one.facts)))
        totals[judgement.verdict.value, judgement.rule] += one.times
        for name in judgement.tried:
            totals["try", name] += one.times
    return totals, untried

"""`tuui-sampling rules` on a record of its own: the list, the trial on what was judged, and what can't be tried."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.support.paths import ROOT
from tuui_sampling.cli.commands.rules import bounds_of, tried
from tuui_sampling.cli.main import main
from tuui_sampling.config.load import parse
from tuui_sampling.config.paths import ledger_file
from tuui_sampling.history.judgements import KeptFacts
from tuui_sampling.history.ledger import Entry, Kind, Ledger
from tuui_sampling.sampling.errors import LedgerError

CONFIG = """\
[servers.notes]
command = "cat"
[models.local]
provider = "demo"
[[rules]]
allow = "small"
server = "notes"
model = "local"
max_tokens = 500
[[rules]]
deny = "no secrets"
findings = ["secret"]
[[rules]]
try = true
ask = "about many"
max_size = "1 MB"
[[rules]]
deny = "by its text"
prompt = "*x*"
"""
FACTS: dict[str, Any] = {
    "kind": "sampling", "stage": "request", "tool": "t", "model": "local", "max_tokens": 100, "size": 200, "worst": "0",
    "host": "this computer", "findings": {}, "guards": [], "risk": "low", "risk_reasons": [],
}  # fmt: skip


def entry(number: int, **facts: Any) -> Entry:
    """Return a judgement of the record."""
    at = datetime(2026, 7, 1, tzinfo=UTC) + timedelta(seconds=number)
    return Entry(f"s-{number}", Kind.JUDGED, "notes", at, {"gate": "request", "facts": FACTS | facts}, number)


def kept(*entries: Entry) -> list[KeptFacts]:
    """Return what the record keeps of judgements."""
    return [KeptFacts(one.server, one.at.isoformat(), json.dumps(one.data["facts"])) for one in entries]


@pytest.mark.parametrize(("hours", "passed"), [("11:00-13:00", 2), ("13:00-14:00", 1)])
def test_a_rule_about_hours_is_tried_at_the_time_of_each(hours: str, passed: int) -> None:
    rule = f'[[rules]]\nallow = "at noon"\nserver = "notes"\nmodel = "local"\nmax_tokens = 500\nbetween = "{hours}"\n'
    settings = parse(CONFIG.partition("[[rules]]")[0] + rule, {}, ROOT / "config.toml")
    noon = datetime(2026, 7, 1, 12, 30).astimezone()
    times = [noon, noon + timedelta(minutes=20), noon + timedelta(hours=1)]
    counted, _ = tried(settings, [KeptFacts("notes", at.isoformat(), json.dumps(FACTS)) for at in times])
    assert counted["pass", "at noon"] == passed


def test_rules_are_tried_on_the_record() -> None:
    settings = parse(CONFIG, {}, ROOT / "config.toml")
    entries = [entry(1), entry(2, findings={"secret": 1}, guards=["secret"]), entry(3, max_tokens=600)]
    counted, untried = tried(settings, kept(*entries))
    assert counted == {("pass", "small"): 1, ("reject", "no secrets"): 1, ("ask", ""): 1, ("try", "about many"): 3}
    assert untried == ["by its text"]


def test_the_list_names_what_is_dead_and_exits_with_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    tmp_path.chmod(0o700)
    path = tmp_path / "config.toml"
    path.write_text(CONFIG + '[[rules]]\ndeny = "gone"\nserver = "nobody"\n')
    path.chmod(0o600)
    assert main(["--config", str(path), "rules", "--json"]) == 1
    shown = json.loads(capsys.readouterr().out)
    assert [rule["name"] for rule in shown["rules"] if rule["dead"]] == ["gone"]
    assert {rule["count"] for rule in shown["rules"]} == {0}


def judged(key: str, number: int, *gates: str) -> list[Entry]:
    """Return the rows of a request that a rule let pass at these gates."""
    at = datetime(2026, 7, 1, tzinfo=UTC)
    data = {"verdict": "pass", "rule": "small", "reason": "", "facts": FACTS}
    rows = [Entry(key, Kind.JUDGED, "notes", at, {"gate": gate} | data, number) for gate in gates]
    return [Entry(key, Kind.RECEIVED, "notes", at, {"tool": "sum", "params": {}}, number), *rows]


def test_a_request_counts_once_and_is_explained_by_whatever_tells_it_from_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    tmp_path.chmod(0o700)
    path = tmp_path / "config.toml"
    path.write_text(CONFIG)
    path.chmod(0o600)

    async def record() -> None:
        ledger = await Ledger.open(ledger_file())
        for key, number in (("20260701-aa-1", 1), ("20260701-ab-1", 1), ("20260701-ab-2", 2)):
            for row in judged(key, number, "request", "response"):
                ledger.note(row)
        await ledger.aclose()

    asyncio.run(record())

    def said(*arguments: str) -> tuple[int, str]:
        code = main(["--config", str(path), "rules", *arguments])
        out, err = capsys.readouterr()
        return code, out + err

    assert "small: 3 requests, last 2026-" in said()[1], "not one for each gate"
    for typed, key in {
        "20260701-ab-1": "20260701-ab-1",
        "20260701-aa": "20260701-aa-1",
        "#2": "20260701-ab-2",
        "1": "20260701-ab-1",  # the newest of that number
    }.items():
        assert said("explain", typed)[1].startswith(f"{key} (notes › sum)\nat the request, "), typed
    code, words = said("explain", "20260701-ab")
    assert code == 2 and all(f"  20260701-ab-{number}: notes › sum" in words for number in (1, 2)), words
    assert 'no review "%"' in said("explain", "%")[1]
    asyncio.run(record_unjudged())
    for arguments in (("try", "--since", "1m"), ("explain", "20260702-ac-1")):
        assert "requests of call are judged only with --decide rules" in " ".join(said(*arguments)[1].split())


async def record_unjudged() -> None:
    """Record a request that no rule was asked about."""
    ledger = await Ledger.open(ledger_file())
    ledger.note(judged("20260702-ac-1", 1)[0])
    await ledger.aclose()


RULES = """
[[rules]]
allow = "small"
server = "notes"
model = "local"
max_tokens = 500
max_size = "1 KB"
despite = ["secret", "unknown cost"]
[[rules]]
allow = "larger, at noon"
server = "notes"
model = "local"
max_tokens = 700
between = "11:00-13:00"
[[rules]]
deny = "dear"
cost_above = 0.05
[[rules]]
ask = "elsewhere"
unless_host = ["this computer"]
[[rules]]
try = true
ask = "large"
findings = ["secret"]
max_size = "4 KB"
"""


@pytest.mark.parametrize("without", ["", 'between = "11:00-13:00"\n'], ids=["by the clock", "at any time"])
async def test_what_is_alike_for_the_rules_is_tried_once_and_counted(tmp_path: Path, without: str) -> None:
    settings = parse(CONFIG.partition("[[rules]]")[0] + RULES.replace(without, ""), {}, ROOT / "config.toml")
    random = Random(7)
    entries = [
        entry(
            number * 97,
            max_tokens=random.choice([499, 500, 501, 700, 701]),
            size=random.choice([1_000, 1_001, 4_000, 4_001, 9_999]) + 24 * random.randrange(2),
            worst=random.choice([None, "0", "0.05", "0.050", "0.051", "1E-7"]),
            host=random.choice(["this computer", "model.example"]),
            guards=random.choice([[], ["secret"], ["unknown cost"]]),
            findings=random.choice([{}, {"secret": 1}]),
        )
        for number in range(600)
    ]
    ledger = await Ledger.open(tmp_path / "record.sqlite3")
    for one in entries:
        ledger.note(one)
    await ledger.aclose()
    ledger = Ledger.unwritable(ledger.path, LedgerError("It is only read."))
    grouped = await ledger.facts(entries[100].at, bounds_of(settings))
    assert sum(one.times for one in grouped) == 500
    assert tried(settings, grouped) == tried(settings, kept(*entries[100:]))
    if without:
        sizes = [entry(1_000_000 + number, size=5_000 + number) for number in range(1_000)]
        ledger = await Ledger.open(tmp_path / "other.sqlite3")
        for one in sizes:
            ledger.note(one)
        await ledger.aclose()
        assert [one.times for one in await ledger.facts(entries[0].at, bounds_of(settings))] == [1_000]

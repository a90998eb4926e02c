"""`tuui-sampling rules` on a record of its own: the list, the trial of 100,000 judgements, and what can't be tried."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.paths import ROOT
from tuui_sampling.cli.commands.rules import tried
from tuui_sampling.cli.main import main
from tuui_sampling.config.load import parse
from tuui_sampling.history.judgements import KeptFacts
from tuui_sampling.history.ledger import Entry, Kind

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


def main_time() -> float:
    """Return seconds of this thread for 100,000 judgements; run by hand, `python -m tests.cli.commands.test_rules`."""
    settings = parse(CONFIG, {}, ROOT / "config.toml")
    entries = kept(*(entry(number, max_tokens=number % 1_000, size=number) for number in range(100_000)))
    started = time.thread_time()
    tried(settings, entries)
    return time.thread_time() - started


if __name__ == "__main__":
    print(f"{main_time():.2f} s")

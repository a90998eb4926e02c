"""This machine's policy: from its file to a refusal, whatever the user's file and command line say."""

import asyncio
import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.config.policy.test_rules import GOOD, HEAD, read
from tests.support.desks import ORIGIN, request
from tests.support.history_entries import NOON
from tests.support.limits import LIMIT
from tuui_sampling.backend import open_backend
from tuui_sampling.cli import configuration, exit_codes
from tuui_sampling.cli.main import main
from tuui_sampling.config.load import ConfigError, parse
from tuui_sampling.config.policy.machine import with_machine_policy
from tuui_sampling.frontend.policy.overview import Overview, limit_words, overview
from tuui_sampling.policy.verdict import Always, Judge, Verdict
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.sampling.review import Outcome

MACHINE = '[[rules]]\ndeny = "nothing of mail"\nserver = "mail"\n'


def machine(folder: Path, text: str = MACHINE, mode: int = 0o644) -> Path:
    """Write a policy."""
    folder.chmod(0o700)
    path = folder / "policy.toml"
    path.write_text(text)
    path.chmod(mode)
    return path


def test_its_rules_come_besides_with_where_they_come_from(tmp_path: Path) -> None:
    settings = with_machine_policy(read(GOOD), {}, machine(tmp_path), os.geteuid())
    assert [(rule.name, rule.source) for rule in settings.rules] == [
        ("nothing of mail", "this machine's"),
        ("small", "yours"),
    ]


def test_rules_of_one_name_are_told_apart_wherever_a_name_is_what_is_known_of_them(tmp_path: Path) -> None:
    path = machine(tmp_path, MACHINE.replace("nothing of mail", "small"))
    rules = with_machine_policy(read(GOOD), {}, path, os.geteuid()).rules
    assert [rule.name for rule in rules] == ["small (this machine's)", "small"]


@pytest.mark.parametrize(
    ("theirs", "ours", "holds"),
    [
        ("locked", "tiered", "locked"),
        ("ask", "tiered", "ask"),
        ("tiered", "locked", "locked"),
        ("tiered", "ask", "ask"),
    ],
)
def test_the_stricter_preset_holds(tmp_path: Path, theirs: str, ours: str, holds: str) -> None:
    path = machine(tmp_path, f'policy = "{theirs}"')
    settings = with_machine_policy(read(head=f'policy = "{ours}"\n' + HEAD), {}, path, os.geteuid())
    assert settings.policy == holds


def test_without_one_nothing_changes(tmp_path: Path) -> None:
    settings = read(GOOD)
    assert with_machine_policy(settings, {}, tmp_path / "policy.toml") is settings


def looped(folder: Path) -> Path:
    """Return a policy in a folder that can't be looked into, whoever asks."""
    (folder / "loop").symlink_to("loop")
    return folder / "loop" / "policy.toml"


def gone(folder: Path) -> Path:
    """Return a policy that leads to nothing."""
    (folder / "policy.toml").symlink_to(folder / "nowhere")
    return folder / "policy.toml"


def of_another(folder: Path) -> Path:
    """Return a policy in a folder of somebody else, who may put another in its place."""
    if os.geteuid() != 0:
        return Path("/etc/hosts")  # root's, as its folder is, and neither is ours
    path = machine(folder)
    os.chown(folder, 12345, -1)
    return path


def led_elsewhere(folder: Path) -> Path:
    """Return a policy that lies in a folder which others may change."""
    path = machine(folder)
    inner = folder / "inner"
    inner.mkdir()
    (inner / "policy.toml").write_text(MACHINE)
    inner.chmod(0o777)
    path.unlink()
    path.symlink_to(inner / "policy.toml")
    return path


@pytest.mark.parametrize("where", [looped, gone, of_another, led_elsewhere])
def test_one_that_can_not_be_trusted_is_never_taken_for_none(tmp_path: Path, where: Callable[[Path], Path]) -> None:
    tmp_path.chmod(0o700)
    with pytest.raises(ConfigError):
        with_machine_policy(read(GOOD), {}, where(tmp_path), os.geteuid())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives a file to somebody else")
@pytest.mark.parametrize(
    ("of_folder", "of_file", "owner", "words"),
    [
        (12345, 0, 12345, "policy.toml: must belong to user 12345, and it belongs to root (user 0)"),
        (0, 12345, 0, "policy.toml: must belong to root (user 0), and it belongs to user 12345"),
        (12345, 0, 0, "must belong to root (user 0), as the file does"),
        (0, 12345, 12345, "must belong to user 12345, as the file does"),
    ],
)
def test_the_file_and_its_folder_belong_to_one_user(
    tmp_path: Path, of_folder: int, of_file: int, owner: int, words: str
) -> None:
    """Each of the two is told by itself, before anything else is."""
    path = machine(tmp_path)
    os.chown(path, of_file, -1)
    os.chown(tmp_path, of_folder, -1)
    with pytest.raises(ConfigError) as refused:
        with_machine_policy(read(GOOD), {}, path, owner)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("text", "mode", "owner"),
    [
        (MACHINE, 0o644, 12345),
        (MACHINE, 0o664, None),
        (MACHINE + "unknown = 1", 0o644, None),
        ("[servers.x]\ncommand = 'cat'", 0o644, None),
        ("= 1", 0o644, None),
    ],
)
def test_one_that_can_not_be_used_refuses_to_start(tmp_path: Path, text: str, mode: int, owner: int | None) -> None:
    path = machine(tmp_path, text, mode)
    with pytest.raises(ConfigError):
        with_machine_policy(read(GOOD), {}, path, os.geteuid() if owner is None else owner)


# --- from the file to a refusal ---

OURS = """\
policy = "tiered"
[servers.notes]
command = "cat"
[models.local]
provider = "demo"
[limits]
max_tokens = 1000000
requests_per_minute = 1000000
[[rules]]
allow = "everything"
server = "notes"
model = "local"
max_size = "8 MB"
despite = ["first request", "unsolicited", "hidden", "secret", "tools", "media", "unknown cost", "unencrypted"]
"""


async def asked(folder: Path, theirs: str, times: int = 1, judge: Judge | None = None, **changes: Any) -> list[Outcome]:
    """Return how requests end that the user's file, or the command line, would let pass, where nobody is asked."""
    folder.chmod(0o700)
    path = folder / "config.toml"
    settings = with_machine_policy(parse(OURS, {}, path), {}, machine(folder, theirs), os.geteuid())
    ledger = folder / "record.sqlite3"
    async with (
        asyncio.timeout(LIMIT),
        open_backend(settings, {}, judge=judge, otherwise=Verdict.REJECT, ledger_path=ledger, demo_delay=0) as opened,
    ):
        asking = partial(opened.desk.ask, request("hello", **{"maxTokens": 20} | changes), ORIGIN, lambda: "gone")
        return [await asking() for _ in range(times)]


POLICIES: dict[str, tuple[str, int, str]] = {
    "nothing": ("", 0, ""),
    "a deny": ('[[rules]]\ndeny = "nothing of notes"\nserver = "notes"', 1, "rule: nothing of notes"),
    "an ask": ('[[rules]]\nask = "a person looks"\nserver = "notes"', 1, "nobody is asked (rule: a person looks)"),
    "a limit": ("[limits]\nmax_tokens = 10", 1, "10 maxTokens (this machine's)"),
    "a rate": ("[limits]\nrequests_per_hour = 1", 2, "1 request an hour (this machine's)"),
}


@pytest.mark.parametrize("by", ["rules", "approve"])
@pytest.mark.parametrize(("theirs", "refused", "reason"), POLICIES.values(), ids=POLICIES)
async def test_what_the_user_would_let_pass_is_refused(
    tmp_path: Path, theirs: str, refused: int, reason: str, by: str
) -> None:
    judge = Always(Verdict.PASS) if by == "approve" else None
    outcomes = await asked(tmp_path, theirs, max(refused, 1), judge)
    ends = [outcome.phase for outcome in outcomes]
    assert ends[-1] is (Phase.REJECTED if refused else Phase.DELIVERED)
    assert set(ends[:-1]) <= {Phase.DELIVERED}
    assert reason in outcomes[-1].reason


async def test_what_it_locks_no_command_line_opens(tmp_path: Path) -> None:
    (outcome,) = await asked(tmp_path, 'policy = "locked"', judge=Always(Verdict.PASS), maxTokens=20)
    assert outcome.phase is Phase.DELIVERED, "the user's own allow names it"
    other = OURS.replace('server = "notes"', 'server = "else"').replace("[servers.notes]", "[servers.else]")
    settings = parse(other, {}, tmp_path / "config.toml")
    settings = with_machine_policy(settings, {}, machine(tmp_path, 'policy = "locked"'), os.geteuid())
    async with open_backend(
        settings, {}, judge=Always(Verdict.PASS), ledger_path=tmp_path / "other.sqlite3", demo_delay=0
    ) as opened:
        outcome = await opened.desk.ask(request("hello"), ORIGIN, lambda: "gone")
    assert (outcome.phase, outcome.reason) == (Phase.REJECTED, "no rule allows it")


def test_check_and_policy_say_what_comes_from_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs = 'policy = "locked"\n[limits]\nrequests_per_hour = 7\n[[rules]]\ndeny = "void"\nserver = "gone"\n'
    policy = machine(tmp_path, theirs)
    path = tmp_path / "config.toml"
    path.write_text(OURS.replace('command = "cat"', 'command = "cat"\nenabled = false'))
    path.chmod(0o600)
    monkeypatch.setattr(configuration, "MACHINE_POLICY", policy)
    monkeypatch.setattr(configuration, "with_machine_policy", partial(with_machine_policy, owner=os.geteuid()))

    async def shown() -> Overview:
        settings = configuration.read_settings(str(path), {})
        async with open_backend(settings, {}, ledger_path=tmp_path / "record.sqlite3") as opened:
            return await overview(opened, NOON.astimezone())

    found = asyncio.run(shown())
    assert found.preset == "locked (this machine's)"
    assert [(row.rule.name, row.rule.source) for row in found.rules] == [
        ("void", "this machine's"),
        ("everything", "yours"),
    ]
    assert any("7 requests an hour (this machine's)" in limit_words(one) for one in found.limits)
    assert main(["--config", str(path), "check", "--json"]) == exit_codes.NOT_WELL
    printed = json.loads(capsys.readouterr().out)
    by_kind = {one["kind"]: one for one in (printed if isinstance(printed, list) else printed["findings"])}
    assert by_kind["rule"]["file"] == str(policy) and f"{policy}, line 4" in by_kind["rule"]["message"]
    said = by_kind["policy"]
    assert said["preset"] == [{"what": "locked", "source": "this machine's"}]
    assert [one["source"] for one in said["rules"]] == ["this machine's", "yours"]
    assert {one["source"] for one in said["limits"]} == {"this machine's", "yours"}

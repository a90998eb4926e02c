"""`call`: its exit codes, its JSON, and that it leaves nothing behind."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.paths import ServerCommand, early_server, legacy_sdk_server, modern_sdk_server, raw_server
from tests.support.program import (
    SilentModel,
    assert_gone,
    call,
    process_ids,
    run,
    running,
    unreachable_model,
    write_config,
)
from tests.support.supervised import PUPPET
from tuui_sampling.cli import exit_codes
from tuui_sampling.cli.commands.call_report import Order, Report, print_report, say_remarks
from tuui_sampling.servers.state.server import ToolResult

KEY = "sk-test-0123456789"
HELLO = ("--args", '{"prompt": "hello"}')
POEM = ("demo", "generate_poem", "--args", '{"topic": "the sea"}')
TWO_MODELS = '[models.one]\nprovider = "demo"\nmodel = "haiku"\n[models.two]\nprovider = "demo"\nmodel = "other"\n'


@pytest.fixture
def silent_model() -> Iterator[SilentModel]:
    model = SilentModel()
    yield model
    model.close()


# --- the result ---


def test_approved_as_json(tmp_path: Path) -> None:
    code, report = call(write_config(tmp_path), *POEM, "--decide", "approve")
    (review,) = report.pop("reviews")
    ((block,), usage) = report.pop("content"), review.pop("usage")
    assert code == exit_codes.OK
    assert report == {
        "server": "demo",
        "tool": "generate_poem",
        "protocol_version": "2025-11-25",
        "is_error": False,
        "error": None,
        "refused": [],
        "remarks": [],
        "raw": None,
        "inquiries": [],
        "invalid": [],
    }
    assert review.pop("id").endswith("-1")
    (candidate,), choice = review.pop("candidates"), review.pop("choice")
    assert review == {
        "outcome": "delivered",
        "gate": None,
        "rules": {},
        "reason": "",
        "model": "demo",
        "model_asked": "demo",
        "loop": None,
        "of_call": {"number": 1, "most": 100},
        "called_by_agent_of": None,
        "stop_reason": "endTurn",
        "edited": False,
        "cost": candidate["cost"],
    }
    assert (choice["model"], choice["reason"]) == ("demo", "the default model")
    assert block["text"].startswith(candidate.pop("text"))
    assert candidate == {
        "number": 1,
        "model_asked": "demo",
        "model": "demo",
        "stop_reason": "endTurn",
        "error": None,
        "remarks": [],
        "partial": False,
        "unread": [],
        "stopped": False,
        "retries": [],
        "usage": usage,
        "cost": candidate["cost"],
        "earlier": None,
        "steps": [],
    }
    assert usage.keys() == {"input_tokens", "output_tokens", "cached_input_tokens", "cache_write_tokens"}
    assert block["type"] == "text"
    assert "the demonstration model" in block["text"]


def test_a_tool_loop_as_json(tmp_path: Path) -> None:
    code, report = call(write_config(tmp_path), "demo", "plan_trip", "--decide", "approve")
    assert code == exit_codes.OK
    assert [review["loop"] for review in report["reviews"]] == [
        {"first": 1, "turn": turn, "most": 10} for turn in (1, 2, 3)
    ]
    assert [review["stop_reason"] for review in report["reviews"]] == ["toolUse", "toolUse", "endTurn"]


def test_a_tool_loop_that_is_too_long_says_so(tmp_path: Path) -> None:
    config = write_config(tmp_path, more="max_tool_turns = 1")
    code, report = call(config, "demo", "plan_trip", "--decide", "approve")
    assert code == exit_codes.NOT_WELL
    assert report["reviews"][1]["outcome"] == "rejected"
    assert report["reviews"][1]["reason"].startswith("rate limit: at most 1 request of a tool loop")


def test_rejected_as_json(tmp_path: Path) -> None:
    code, report = call(write_config(tmp_path), *POEM, "--decide", "reject")
    (review,) = report["reviews"]
    assert code == exit_codes.NOT_WELL
    assert (review["outcome"], review["gate"], review["model"], review["usage"]) == ("rejected", "request", None, None)
    assert (report["is_error"], report["error"]) == (True, None)
    assert "-1 User rejected sampling request" in report["content"][0]["text"]


def test_only_the_content_goes_to_standard_output(tmp_path: Path) -> None:
    done = run("call", "--config", write_config(tmp_path), *POEM, "--decide", "approve")
    assert done.returncode == exit_codes.OK
    assert "the demonstration model" in done.stdout
    assert "#1" not in done.stdout
    assert done.stderr.startswith("#1 delivered: by demo, endTurn, ")


def test_two_requests_at_once(tmp_path: Path) -> None:
    code, report = call(write_config(tmp_path), "demo", "ask_twice", "--decide", "approve")
    assert code == exit_codes.OK
    assert [review["outcome"] for review in report["reviews"]] == ["delivered", "delivered"]
    assert len({review["id"] for review in report["reviews"]}) == 2


def test_without_a_terminal_asking_rejects_and_says_so(tmp_path: Path) -> None:
    done = run("call", "--config", write_config(tmp_path), *POEM)
    assert done.returncode == exit_codes.NOT_WELL
    assert "no terminal to ask on" in done.stderr
    assert "User rejected sampling request" in done.stdout


def test_without_a_request_nothing_is_said_of_a_terminal(tmp_path: Path) -> None:
    done = run("call", "--config", write_config(tmp_path, {"puppet": PUPPET}), "puppet", "heard")
    assert (done.returncode, done.stderr) == (exit_codes.OK, "")


def test_what_was_refused_as_invalid_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report(Order("one", "tool", "{}", "ask", None, as_json=True), invalid=["roots/list: Invalid\x1b"])
    say_remarks(report)
    print_report(report)
    out, err = capsys.readouterr()
    assert json.loads(out)["invalid"] == ["roots/list: Invalid\x1b"]
    assert err == "refused as invalid (-32602): roots/list: Invalid␛\n"


def test_the_model_can_be_named_against_the_servers_hint(tmp_path: Path) -> None:
    config = write_config(tmp_path, models=TWO_MODELS)
    tool = ("demo", "analyze_sentiment", "--args", '{"text": "lovely"}', "--decide", "approve")
    hinted, named = call(config, *tool)[1], call(config, *tool, "--model", "two")[1]
    assert hinted["reviews"][0]["model"] == "haiku"
    assert named["reviews"][0]["model"] == "other"


@pytest.mark.parametrize("tool", ["ask", "ask_resolved"])
@pytest.mark.parametrize(("decide", "code"), [("approve", exit_codes.OK), ("reject", exit_codes.NOT_WELL)])
def test_the_sdk_of_both_eras(tmp_path: Path, tool: str, decide: str, code: int) -> None:
    config = write_config(tmp_path, {"sdk": modern_sdk_server()})
    got, report = call(config, "sdk", tool, *HELLO, "--decide", decide)
    assert got == code
    assert "User rejected sampling request" in json.dumps(report) or decide == "approve"


@pytest.mark.parametrize(("decide", "code"), [("approve", exit_codes.OK), ("reject", exit_codes.NOT_WELL)])
def test_the_modern_era(tmp_path: Path, decide: str, code: int) -> None:
    config = write_config(tmp_path, {"sdk": modern_sdk_server()}, more='protocol = "modern"')
    got, report = call(config, "sdk", "ask_resolved", *HELLO, "--decide", decide)
    assert (got, report["protocol_version"]) == (code, "2026-07-28")
    assert len(report["reviews"]) == 1


def test_the_sdk_of_before(tmp_path: Path, legacy_python: Path) -> None:
    config = write_config(tmp_path, {"old": legacy_sdk_server(legacy_python)})
    code, report = call(config, "old", "ask", *HELLO, "--decide", "approve")
    assert (code, report["is_error"]) == (exit_codes.OK, False)
    code, report = call(config, "old", "ask", *HELLO, "--decide", "reject")
    assert code == exit_codes.NOT_WELL
    assert "-1 User rejected sampling request" in report["content"][0]["text"]


def test_a_tool_that_reports_an_error(tmp_path: Path) -> None:
    code, report = call(write_config(tmp_path), "demo", "generate_poem", "--decide", "approve")
    assert (code, report["is_error"], report["reviews"]) == (exit_codes.NOT_WELL, True, [])


def test_a_call_that_the_server_refuses_is_an_error_and_no_death(tmp_path: Path) -> None:
    config = write_config(tmp_path, {"sdk": modern_sdk_server()})
    code, report = call(config, "sdk", "ask_resolved", *HELLO, "--decide", "reject")
    assert code == exit_codes.NOT_WELL
    assert (report["is_error"], report["content"]) == (None, None)
    assert report["error"] == "the server answered error -1: User rejected sampling request"


def test_a_request_that_nobody_called_for_does_not_hold_the_call_up(tmp_path: Path) -> None:
    config = write_config(tmp_path, {"sdk": modern_sdk_server()})
    code, report = call(config, "sdk", "late", *HELLO, "--decide", "approve")
    assert code == exit_codes.OK
    assert report["content"][0]["text"] == "asking later"
    assert {review["outcome"] for review in report["reviews"]} <= {"rejected", "withdrawn"}


def test_content_that_is_no_text_is_described(capsys: pytest.CaptureFixture[str]) -> None:
    image = {"type": "image", "mimeType": "image/png", "data": "aGVsbG8="}
    link = {"type": "resource_link", "uri": "file:///x", "name": "\u202ex"}
    report = Report(Order("demo", "x", "{}", "approve", None, as_json=False), result=ToolResult((image, link), False))
    print_report(report)
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("[image image/png, 8 characters of base64, SHA-256 of them ")
    assert json.loads(second) == link
    assert second.isascii()


HOSTILE = "\x1b]0;owned\x07\x1b[2Jgone \u202egnitide \x9b31m \u200b\U000e0041 \u4f60\u597d"


@pytest.mark.hostile(37)
@pytest.mark.parametrize(
    "block",
    [
        {"type": "text", "text": HOSTILE},
        {"type": HOSTILE},
        {"type": "image", "data": "AAAA", "mimeType": HOSTILE},
        {"type": "resource", "resource": {"uri": "file:///x", "text": HOSTILE}},
        HOSTILE,
    ],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_nothing_in_a_result_reaches_the_terminal_as_a_command(
    block: Any, as_json: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    order = Order("demo", "x", "{}", "approve", None, as_json=as_json)
    print_report(Report(order, result=ToolResult((block,), False), remarks=[HOSTILE], invalid=[HOSTILE]))
    out = capsys.readouterr().out
    obeyed = {one for one in out if one != "\n" and (ord(one) < 32 or 127 <= ord(one) < 160)}
    assert obeyed | (set(out) & set("\u202e\u200b\U000e0041")) == set()
    assert "\u4f60\u597d" in out, "letters are letters"
    if as_json:
        assert json.loads(out)["content"] == [block], "and nothing is lost"


def test_a_tool_that_is_listed_a_moment_later_is_called(tmp_path: Path) -> None:
    config = write_config(tmp_path, {"early": early_server("late", tmp_path / "file")})
    code, report = call(config, "early", "tool", "--decide", "reject")
    assert (code, report["content"]) == (exit_codes.OK, [{"type": "text", "text": "here"}])


def test_a_server_that_dies_is_not_started_again_by_a_call(tmp_path: Path) -> None:
    config = write_config(tmp_path, {"early": early_server("dies", tmp_path / "file")})
    code, report = call(config, "early", "tool", "--decide", "reject", "--linger", "3")
    assert (code, report["error"]) == (exit_codes.SERVER, "early: it exited with code 5")
    assert (tmp_path / "file.starts").read_text() == "started\n"


# --- usage ---


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nobody", "x"], 'no server is called "nobody"; configured: demo'),
        (["demo", "x", "--model", "gpt"], 'no model is called "gpt"; configured: demo'),
        (["demo", "x", "--args", "[1]"], "--args is not a JSON object"),
        (["demo", "x", "--args", "{"], "--args is not JSON: "),
        (["demo", "nothing"], 'demo has no tool "nothing"; its tools: generate_poem, summarize'),
    ],
)
def test_what_does_not_exist_is_told_with_what_does(tmp_path: Path, arguments: list[str], told: str) -> None:
    done = run("call", "--config", write_config(tmp_path), *arguments, "--decide", "reject", "--json")
    report = json.loads(done.stdout)
    assert done.returncode == exit_codes.USAGE
    assert told in done.stderr
    assert report["error"].startswith(told)
    assert (report["reviews"], report["content"], report["is_error"]) == ([], None, None)


def test_a_server_that_is_not_enabled_can_be_called_by_its_name(tmp_path: Path) -> None:
    config = write_config(tmp_path, {"raw": raw_server()}, more="enabled = false")
    assert call(config, "raw", "ask", *HELLO, "--decide", "approve")[0] == exit_codes.OK


# --- failures ---


@pytest.mark.parametrize(
    ("server", "why"),
    [
        (ServerCommand("no-such-command", ()), "raw: the command no-such-command was not found"),
        (raw_server("crash-at-start"), "raw: it exited with code 3 — it said: raw server: the licence file"),
        (raw_server("modern-only"), "raw: it refused the connection: initialize is not supported (-32022)"),
    ],
)
def test_a_server_that_does_not_start(tmp_path: Path, server: ServerCommand, why: str) -> None:
    code, report = call(write_config(tmp_path, {"raw": server}), "raw", "ask", "--decide", "approve")
    assert (code, report["protocol_version"], report["content"]) == (exit_codes.SERVER, None, None)
    assert report["error"].startswith(why)


def test_a_server_that_dies_while_a_model_writes(tmp_path: Path) -> None:
    config = write_config(tmp_path, {"raw": raw_server()})
    code, report = call(config, "raw", "die_pending", *HELLO, "--decide", "approve")
    assert (code, report["error"]) == (exit_codes.SERVER, "raw: it exited with code 7")
    assert [review["outcome"] for review in report["reviews"]] == ["withdrawn"]


def test_a_server_that_dies_in_a_call(tmp_path: Path) -> None:
    config = write_config(tmp_path, {"sdk": modern_sdk_server()})
    code, report = call(config, "sdk", "die", "--args", '{"code": 5}', "--decide", "approve")
    assert (code, report["error"], report["reviews"]) == (exit_codes.SERVER, "sdk: it exited with code 5", [])


def test_retries_are_told_and_reported(tmp_path: Path) -> None:
    config = write_config(tmp_path, models=unreachable_model("m"))
    done = run("call", "--config", config, *POEM, "--decide", "approve", "--json")
    (candidate,) = json.loads(done.stdout)["reviews"][0]["candidates"]
    assert [retry["attempt"] for retry in candidate["retries"]] == [2, 3]
    assert candidate["error"] == candidate["retries"][-1]["reason"]
    for attempt in (2, 3):
        assert done.stderr.count(f"Attempt {attempt} follows in ") == 1


KEYLESS = '[models.m]\nprovider = "anthropic"\nmodel = "claude"\n'


@pytest.mark.parametrize(
    ("model", "reason", "told"),
    [
        (KEYLESS, "ANTHROPIC_API_KEY is not set", "could not be answered"),
        (unreachable_model("m", key="SOME_API_KEY"), "127.0.0.1:", "unavailable: the model could not be reached"),
        ('[models.m]\nprovider = "human"\n', "nobody was asked", "could not be answered"),
        ("", "No model is configured.", "no model: no model is available"),
    ],
)
def test_a_model_that_fails(tmp_path: Path, model: str, reason: str, told: str) -> None:
    config = write_config(tmp_path, models=model)
    done = run("call", "--config", config, *POEM, "--decide", "approve", "--json", SOME_API_KEY=KEY)
    report = json.loads(done.stdout)
    assert done.returncode == exit_codes.MODEL
    assert [review["outcome"] for review in report["reviews"]] == ["failed"]
    assert report["is_error"] is True
    assert report["error"].startswith("the model failed: ")
    assert reason in report["error"]
    assert reason in done.stderr
    assert KEY not in done.stdout + done.stderr
    # The server is told a constant.
    text = report["content"][0]["text"]
    assert text.startswith("sampling failed: -32603 ")
    assert told in text


def test_without_a_record_nothing_is_approved_and_rejecting_works(tmp_path: Path) -> None:
    config, state = write_config(tmp_path), tmp_path / "state"
    state.write_text("a file where a folder should be")
    code, report = call(config, *POEM, "--decide", "approve", XDG_STATE_HOME=str(state))
    assert code == exit_codes.MODEL
    assert "could not be recorded" in report["error"]
    code, report = call(config, *POEM, "--decide", "reject", XDG_STATE_HOME=str(state))
    assert (code, report["reviews"][0]["outcome"]) == (exit_codes.NOT_WELL, "rejected")


# --- signals ---


@pytest.mark.parametrize("mode", ["plain", "ignore-eof", "grandchild"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_pending_call_and_the_server(
    tmp_path: Path, silent_model: SilentModel, number: signal.Signals, mode: str
) -> None:
    pids = tmp_path / "pids"
    server = raw_server(mode, "--pid-file", str(pids))
    config = write_config(tmp_path, {"raw": server}, silent_model.table)
    with running("call", "--config", config, "raw", "ask", *HELLO, "--decide", "approve", "--json") as process:
        started = process_ids(pids)
        silent_model.wait_for_call()
        process.send_signal(number)
        assert process.stdout is not None
        report: dict[str, Any] = json.loads(process.stdout.read())
        assert process.wait(30) == 128 + number
    assert_gone(*started)
    assert report["error"] == "interrupted"
    assert [review["outcome"] for review in report["reviews"]] == ["withdrawn"]


def test_a_second_signal_does_not_disturb_the_end(tmp_path: Path, silent_model: SilentModel) -> None:
    pids = tmp_path / "pids"
    config = write_config(tmp_path, {"raw": raw_server("ignore-eof", "--pid-file", str(pids))}, silent_model.table)
    with running("call", "--config", config, "raw", "ask", *HELLO, "--decide", "approve") as process:
        started = process_ids(pids)
        silent_model.wait_for_call()
        process.send_signal(signal.SIGINT)
        silent_model.wait_for_hang_up()
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == exit_codes.INTERRUPTED
    assert_gone(*started)

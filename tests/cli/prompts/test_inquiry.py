"""`call` and the questions of a server: declined where nobody is asked, answered on a terminal."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.prompts.test_review import asked, report_of
from tests.support.paths import questions_server
from tests.support.program import call, run, write_config
from tests.support.supervised import PUPPET, sampling
from tuui_sampling.cli import exit_codes

FORM = "[e]nter values as JSON, [d]ecline, [c]ancel? "
VISIT = ("q", "ask_visit", "--args", '{"url": "https://good.example@evil.example/x"}')


def config(folder: Path) -> Path:
    """Return a configuration with the server that asks, and two roots."""
    return write_config(folder, {"q": questions_server()}, more='roots = ["one", "two"]')


def said(report: dict[str, Any]) -> Any:
    """Return what the tool returned, as JSON."""
    return json.loads(report["content"][0]["text"])


# --- nobody is asked ---


@pytest.mark.parametrize("decide", ["approve", "reject", "ask"])
def test_a_form_is_declined_where_nobody_is_asked(tmp_path: Path, decide: str) -> None:
    done = run("call", "--config", config(tmp_path), "q", "ask_colour", "--decide", decide)
    assert done.returncode == exit_codes.OK
    assert json.loads(done.stdout) == {"action": "decline"}
    assert "#1 declined, since nobody is asked: q wants values: Which colour?" in done.stderr


def test_a_visit_is_declined_where_nobody_is_asked(tmp_path: Path) -> None:
    done = run("call", "--config", config(tmp_path), *VISIT, "--decide", "approve")
    assert done.stdout == "decline\n"
    assert "a page visited: https://good.example@evil.example/x" in done.stderr


def test_roots_are_refused_where_nobody_is_asked(tmp_path: Path) -> None:
    done = run("call", "--config", config(tmp_path), "q", "ask_roots", "--decide", "approve")
    assert done.stdout == "-1 User rejected roots request\n"
    assert "#1 refused, since nobody is asked: q wants to know its roots" in done.stderr


@pytest.mark.parametrize(
    ("tool", "kind", "outcome"), [("ask_colour", "form", "declined"), ("ask_roots", "roots", "refused")]
)
def test_the_object_lists_what_was_asked_besides_sampling(tmp_path: Path, tool: str, kind: str, outcome: str) -> None:
    _, report = call(config(tmp_path), "q", tool, "--decide", "approve")
    (inquiry,) = report["inquiries"]
    assert inquiry.pop("id").endswith("-1")
    assert inquiry == {"kind": kind, "server": "q", "outcome": outcome, "reason": "", "rules": {}}
    assert report["reviews"] == []


def test_a_call_that_wants_a_visit_first_fails_and_says_so(tmp_path: Path) -> None:
    arguments = ("q", "must_visit", "--args", '{"url": "https://example.com/"}')
    code, report = call(config(tmp_path), *arguments, "--decide", "approve")
    assert code == exit_codes.NOT_WELL
    assert report["error"] == "the server wants a page visited first: Sign in first. (-32042)"


# --- a terminal ---


def test_the_defaults_are_accepted(tmp_path: Path) -> None:
    with asked(config(tmp_path), "q", "ask_colour") as terminal:
        terminal.expect(f"#1 [a]ccept, {FORM}")
        for shown in ("── #1 form asked for by q › ask_colour ──", "says             Which colour?", '"colour": "red"'):
            assert shown in terminal.output.decode()
        terminal.send("a\n")
        code, report = report_of(terminal)
    assert code == exit_codes.OK
    assert said(report) == {"action": "accept", "data": {"colour": "red", "deep": False}}


def test_values_are_typed_and_held_against_the_schema(tmp_path: Path) -> None:
    with asked(config(tmp_path), "q", "ask_colour") as terminal:
        for number, (typed, words) in enumerate(
            (
                ("{", "not JSON"),
                ("[]", "not a JSON object"),
                ('{"colour": "x"}', "problem          colour: 'x' is too short (minLength 2)"),
                ('{"colour": "blue", "deep": 1}', "problem          deep: 1 is not of type 'boolean'"),
            ),
            start=1,
        ):
            terminal.expect(FORM, times=number)
            terminal.send("e\n")
            terminal.expect("values: ", times=number)
            terminal.send(f"{typed}\n")
            terminal.expect(words)
        terminal.expect(FORM, times=5)
        terminal.send("a\n")
        terminal.expect("Please type")  # what is wrong can't be accepted
        terminal.expect(FORM, times=6)
        terminal.send("e\n")
        terminal.expect("values: ", times=5)
        terminal.send('{"colour": "blue"}\n')
        terminal.expect(FORM, times=7)
        terminal.send("a\n")
        _, report = report_of(terminal)
    assert said(report) == {"action": "accept", "data": {"colour": "blue", "deep": False}}


@pytest.mark.parametrize(("typed", "action"), [("d\n", "decline"), ("cancel\n", "cancel"), ("\x04", "decline")])
def test_every_way_to_say_no(tmp_path: Path, typed: str, action: str) -> None:
    with asked(config(tmp_path), "q", "ask_colour") as terminal:
        terminal.expect(FORM)
        terminal.send(typed)
        _, report = report_of(terminal)
    assert said(report)["action"] == action


def test_a_page_is_shown_with_its_host_and_agreed_to(tmp_path: Path) -> None:
    with asked(config(tmp_path), *VISIT) as terminal:
        terminal.expect("[a]gree to visit it, [d]ecline, [c]ancel? ")
        for shown in (
            "address          https://good.example@evil.example/x",
            "host             evil.example",
            "careful          what stands before the @ is a user's name, not the host",
        ):
            assert shown in terminal.output.decode()
        terminal.send("a\n")
        _, report = report_of(terminal)
    assert report["content"][0]["text"] == "accept"


@pytest.mark.parametrize("shares", [True, False])
def test_roots_are_shared_or_refused(tmp_path: Path, shares: bool) -> None:
    roots = [(tmp_path / name).as_uri() for name in ("one", "two")]
    with asked(config(tmp_path), "q", "ask_roots") as terminal:
        terminal.expect("[a]ll 2 are shared, [d]ecline? ")
        assert all(root in terminal.output.decode() for root in roots)
        terminal.send("a\n" if shares else "d\n")
        _, report = report_of(terminal)
    text = report["content"][0]["text"]
    assert json.loads(text) == roots if shares else text == "-1 User rejected roots request"
    assert [one["outcome"] for one in report["inquiries"]] == ["shared" if shares else "refused"]


def test_what_is_malformed_is_shown_as_text_and_refused_in_both_ways(tmp_path: Path) -> None:
    lines = [sampling(name, f"text of {name}", maxTokens="\u202emany") for name in ("a", "b", "c")]
    let_in = write_config(tmp_path, {"one": PUPPET}, more="let_in_malformed = true")
    with asked(let_in, "one", "wait", "--args", json.dumps({"before": lines})) as terminal:
        for number, (name, typed) in enumerate({"a": "r\n", "b": "invalid\n", "c": "\x03"}.items(), start=1):
            terminal.expect("[r]eject, [i]nvalid (-32602)? ", times=number)
            for shown in ("problem          maxTokens: expected a whole number, got", f"text of {name}", "u202emany"):
                assert shown in terminal.output.decode()
            terminal.send(typed)
        _, report = report_of(terminal)
    assert [one["outcome"] for one in report["inquiries"]] == ["rejected", "refused", "withdrawn"]
    assert [words.split(":")[1].strip() for words in report["invalid"]] == ["maxTokens"]

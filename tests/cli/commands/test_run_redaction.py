"""What `call` and `run` do about values that are found, where nobody is at a screen: what is sent, kept and printed."""

import json
import signal
from pathlib import Path

import pytest

from tests.policy.values import made_secrets
from tests.support.desks import ORIGIN, request
from tests.support.history_entries import NOON
from tests.support.limits import LIMIT
from tests.support.paths import early_server
from tests.support.program import call, running, write_config
from tuui_sampling.cli import exit_codes
from tuui_sampling.cli.commands.call_report import Order, Report
from tuui_sampling.cli.commands.run import _Lines
from tuui_sampling.policy.redaction.masking import NOTHING_MASKED, Masking
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.sampling.review import Outcome, Review

SECRET, MAIL = made_secrets()[0][1], "anna.meier@firma-meier.de"
BOTH = f"Write to {MAIL} with {SECRET} soon."
REDACTS = 'redact = ["secret", "personal"]'
RULE = """
[[rules]]
allow = "what it asks at its start"
server = "early"
model = "demo"
max_tokens = 100
despite = ["unsolicited", "first request"]
"""


def stored(folder: Path) -> str:
    """Return everything that was kept below a folder."""
    return "".join(path.read_text("utf-8", "replace") for path in folder.rglob("*") if path.is_file())


@pytest.mark.process
def test_call_sends_placeholders_and_puts_back_personal_data_alone(tmp_path: Path) -> None:
    state = tmp_path / "state"
    arguments = ("demo", "summarize", "--args", json.dumps({"text": BOTH}), "--decide", "approve")
    code, report = call(write_config(tmp_path, more=REDACTS), *arguments, XDG_STATE_HOME=str(state))
    assert code == exit_codes.OK
    assert "to ⟦personal 1⟧ with ⟦secret 1⟧ soon" in report["reviews"][0]["candidates"][0]["text"]
    assert f"to {MAIL} with ⟦secret 1⟧ soon" in report["content"][0]["text"]
    assert SECRET not in json.dumps(report) + stored(state)


@pytest.mark.process
def test_run_sends_placeholders_and_names_the_rule(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    told, state = tmp_path / "told.json", tmp_path / "state"
    config = write_config(tmp_path, {"early": early_server("asks", told, f"Summarize: {BOTH}")}, more=REDACTS)
    config.write_text(f"{config.read_text()}\n{RULE}")
    with running("--config", config, "run", XDG_STATE_HOME=str(state)) as program:
        assert program.stdout is not None
        lines = [program.stdout.readline() for _ in range(2)]
        program.send_signal(signal.SIGTERM)
        printed, said = program.communicate(timeout=LIMIT)
    decided = json.loads(lines[1])
    assert (decided["outcome"], decided["rules"]) == (
        "delivered",
        dict.fromkeys(("request", "response"), "what it asks at its start"),
    )
    assert f"{MAIL} with ⟦secret 1⟧" in json.loads(told.read_text())["result"]["content"]["text"]
    assert SECRET not in "".join([*lines, printed, said]) + stored(state)


@pytest.mark.parametrize("masking", [Masking(("secret",)), NOTHING_MASKED], ids=["masked", "plain"])
def test_what_a_model_has_said_of_its_failure_is_masked_wherever_it_is_printed(
    masking: Masking, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = request()
    review = Review(id=1, key="s-1", origin=ORIGIN, arrived=0, arrived_at=NOON, asked=asked, outbound=asked)
    review.phase = Phase.FAILED
    review.outcome, review.ended = Outcome(Phase.FAILED, reason=f"It says: {SECRET} is blocked."), 1
    report = Report(Order("notes", "summarize", "{}", "rules", None, as_json=True), masking=masking)
    report.note(review)
    _Lines(masking).note(review)
    run_line, said = capsys.readouterr()
    printed = {"run": run_line, "standard error": said, "--json": "".join(report.as_json())}
    held = masking is NOTHING_MASKED
    assert {name: SECRET in "".join(text.split()) for name, text in printed.items()} == dict.fromkeys(printed, held)

"""What `call` says of requests that were put to nobody."""

import json
import os
from collections.abc import Iterator

import pytest

from tests.support.desks import server_settings
from tests.support.program import SilentModel
from tests.support.supervised import PUPPET, sampling
from tuui_sampling.cli.commands.call import _call
from tuui_sampling.cli.commands.call_report import Order, Report, print_report, say_remarks
from tuui_sampling.config.settings import ModelSettings, Settings

TOO_MANY = "as many as may wait at once are waiting (rate limit)"
MALFORMED = sampling("bad", maxTokens="\u4f60")
ROOTS = json.dumps({"jsonrpc": "2.0", "id": "r", "method": "roots/list"})


@pytest.fixture
def silent_model() -> Iterator[SilentModel]:
    model = SilentModel()
    yield model
    model.close()


async def called(model: SilentModel, *lines: str, **more: bool) -> Report:
    """Call a tool that writes lines before it returns; two requests may wait at once, and no model answers."""
    settings = Settings(
        {"one": server_settings("one", PUPPET, max_pending=2, **more)},
        {"silent": ModelSettings("silent", "openai-compatible", "m", base_url=model.url)},
        "silent",
    )
    report = Report(Order("one", "say", "{}", "approve", None, as_json=True))
    await _call(settings, os.environ, {"before": list(lines)}, report)
    return report


async def test_all_that_was_refused_is_listed_with_its_reason(
    silent_model: SilentModel, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [sampling(number, f"prompt {number}") for number in range(5)]
    report = await called(silent_model, *lines, ROOTS)
    say_remarks(report)
    print_report(report)
    out, err = capsys.readouterr()
    refused = [f"{method}: {TOO_MANY}" for method in (*["sampling/createMessage"] * 3, "roots/list")]
    told = json.loads(out)
    assert told["refused"] == refused
    assert [line.removeprefix("refused: ") for line in err.splitlines() if line.startswith("refused: ")] == refused
    assert [one["outcome"] for one in told["reviews"]] == ["withdrawn", "withdrawn"], "and those that waited"


@pytest.mark.parametrize("let_in", [True, False])
async def test_what_is_malformed_is_refused_as_invalid_where_nobody_is_asked(
    silent_model: SilentModel, let_in: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    report = await called(silent_model, MALFORMED, let_in_malformed=let_in)
    say_remarks(report)
    print_report(report)
    out, err = capsys.readouterr()
    told = json.loads(out)
    words = "sampling/createMessage: maxTokens: expected a whole number, got '\\u4f60'"
    assert told["invalid"] == [words]
    assert f"refused as invalid (-32602): {words}" in err
    assert [one["outcome"] for one in told["inquiries"]] == ["refused"] * let_in
    assert told["reviews"] == []

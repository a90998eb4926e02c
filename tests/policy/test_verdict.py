"""What is decided without a human, as a table."""

from datetime import datetime

import pytest

from tests.support.full_request import params
from tuui_sampling.policy.facts import Facts
from tuui_sampling.policy.verdict import Always, Verdict
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.sampling.wire import parse_request


@pytest.mark.parametrize(
    ("verdict", "unsolicited", "expected"),
    [
        (Verdict.ASK, False, Verdict.ASK),
        (Verdict.ASK, True, Verdict.ASK),
        (Verdict.PASS, False, Verdict.PASS),
        (
            Verdict.PASS,
            True,
            Verdict.REJECT,
        ),  # nobody's call asked for it: it never passes by itself, and waits for nobody
        (Verdict.REJECT, False, Verdict.REJECT),
        (Verdict.REJECT, True, Verdict.REJECT),
    ],
)
def test_always(verdict: Verdict, unsolicited: bool, expected: Verdict) -> None:
    origin = Origin("server", "2025-11-25", unsolicited=unsolicited)
    facts = Facts("sampling", "request", origin, "m", datetime.now().astimezone(), request=parse_request(params()))
    assert Always(verdict)(facts).verdict is expected


@pytest.mark.parametrize("verdict", Verdict)
def test_an_inquiry_is_always_asked_about(verdict: Verdict) -> None:
    facts = Facts("roots", "request", Origin("server", "2025-11-25"), None, datetime.now().astimezone())
    assert Always(verdict)(facts).verdict is Verdict.ASK

"""What is decided without a human, as a table."""

import pytest

from tests.support.full_request import params
from tuui_sampling.policy.verdict import Verdict, always
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.sampling.wire import parse_request


@pytest.mark.parametrize(
    ("verdict", "unsolicited", "expected"),
    [
        (Verdict.ASK, False, Verdict.ASK),
        (Verdict.ASK, True, Verdict.ASK),
        (Verdict.PASS, False, Verdict.PASS),
        (Verdict.PASS, True, Verdict.ASK),  # nobody's call asked for it: it never passes by itself
        (Verdict.REJECT, False, Verdict.REJECT),
        (Verdict.REJECT, True, Verdict.REJECT),
    ],
)
def test_always(verdict: Verdict, unsolicited: bool, expected: Verdict) -> None:
    origin = Origin("server", "2025-11-25", unsolicited=unsolicited)
    assert always(verdict)(parse_request(params()), origin) is expected

"""What is said of an agent that has ended: what it has done, and what may be done."""

from typing import Any

import pytest

from tests.support.desks import request
from tuui_sampling.frontend.presentation.agent_steps import STILL_RUNS, left_behind
from tuui_sampling.sampling.errors import ModelError, ModelErrorKind
from tuui_sampling.sampling.request import TextBlock
from tuui_sampling.sampling.response import Response
from tuui_sampling.sampling.review import CUT_SHORT, LOST, NOT_CALLED, AgentStep, Candidate

STOPPED = {"stopped": True, "elapsed": 1.0}
SAID, LOOKED = AgentStep("Let me see."), AgentStep("new", "videos", "look", {}, "called")


@pytest.mark.parametrize(
    ("steps", "ended", "words"),
    [
        ([SAID, LOOKED], STOPPED, "called until then: videos › look."),
        ([LOOKED, SAID, LOOKED], STOPPED, "called until then: 2 × videos › look."),
        ([LOOKED, AgentStep("", "mail", "send", {}, NOT_CALLED)], STOPPED, "called until then: videos › look."),
        ([AgentStep("", "mail", "send", {}, NOT_CALLED)], STOPPED, "no tool was called to its end."),
        ([AgentStep("", "m", "send", {}, CUT_SHORT)], STOPPED, "end; under way, and so it may be done: m › send."),
        ([AgentStep("", "m", "send", {}, LOST)], STOPPED, "end; under way, and so it may be done: m › send."),
        ([AgentStep("", "m", "a", {}, "it failed"), LOOKED], STOPPED, "then: m › a (it failed), videos › look."),
        ([LOOKED], {"elapsed": 1.0, "error": ModelError(ModelErrorKind.NO_BUDGET, "x")}, "then: videos › look."),
        ([LOOKED], {"elapsed": 1.0, "response": Response((TextBlock("x"),), "m")}, ""),
        ([LOOKED], STOPPED | {"left_running": True}, f"videos › look. {STILL_RUNS}"),
        ([], STOPPED | {"left_running": True}, STILL_RUNS),
        ([LOOKED], {}, ""),
        ([], STOPPED, ""),
    ],
)
def test_what_was_done_before_its_end_is_told(steps: list[AgentStep], ended: dict[str, Any], words: str) -> None:
    told = left_behind(Candidate(1, "worker", request(), 0.0, steps=steps, **ended))
    assert told.replace(" Asked again, it begins anew.", "").endswith(words) and bool(told) == bool(words)
    assert ("Asked again, it begins anew." in told) == any(step in told for step in ("then:", "under way"))

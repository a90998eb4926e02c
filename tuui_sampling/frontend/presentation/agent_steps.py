"""Says what an agent has done, and what was done where it ended before it had answered: raw foreign text."""

from collections import Counter

from ...sampling.review import CALLED, CALLING, CUT_SHORT, FAILED_CALL, LOST, AgentStep, Candidate
from ...sampling.visible import json_text

WORDS = {"": "waits for a decision", CALLING: "is being called"}
"""What a verdict stands for that is none yet."""

STILL_RUNS = (
    "Its code was told to end and goes on; it reaches no model and no tool of this program any more, and ends with it."
)
"""What is said of code that does not end."""

DONE = (CALLED, FAILED_CALL)
"""Verdicts of calls that were made to their end."""


def step_words(step: AgentStep) -> str:
    """Return which tool was wanted, and what has become of that; or that its model spoke."""
    if not step.tool:
        return "its model said"
    return f"{step.server} › {step.tool} · {WORDS.get(step.verdict, step.verdict)}"


def arguments_words(step: AgentStep) -> str:
    """Return the arguments of a call as JSON."""
    return json_text(dict(step.arguments or {}))


def left_behind(candidate: Candidate) -> str:
    """Return what an agent that gave no whole answer has done all the same; an empty string of any other."""
    still = f" {STILL_RUNS}" if candidate.left_running else ""
    if not candidate.steps or candidate.is_streaming or candidate.is_whole:
        return still.lstrip()
    calls = [step for step in candidate.steps if step.tool]
    done = _names([step for step in calls if step.verdict in DONE])
    cut_short = _names([step for step in calls if step.verdict in (CUT_SHORT, LOST)])
    words = f"called until then: {done}" if done else "no tool was called to its end"
    under_way = f"; under way, and so it may be done: {cut_short}" if cut_short else ""
    again = " Asked again, it begins anew." if done or cut_short else ""
    return f"The agent ended before it had answered; {words}{under_way}.{again}{still}"


def _names(steps: list[AgentStep]) -> str:
    marks = {FAILED_CALL: f" ({FAILED_CALL})"}
    counts = Counter(f"{step.server} › {step.tool}{marks.get(step.verdict, '')}" for step in steps)
    return ", ".join(f"{count} × {name}" if count > 1 else name for name, count in counts.items())

"""Loading an agent's code: the ones of docs/MODELS.md work, and what is missing is named."""

import builtins
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.models.agent_code import TASK_EXECUTOR, NoDesk, written
from tests.support.models.wires import ask
from tuui_sampling.config.settings import ModelSettings, Settings
from tuui_sampling.providers.agent_code.request import AgentRequest
from tuui_sampling.providers.agent_code.run import missing, run
from tuui_sampling.providers.models import Models
from tuui_sampling.sampling.errors import ModelError
from tuui_sampling.sampling.note import Severity

REQUEST = AgentRequest(ask(), "claude", {}, NoDesk())


async def test_without_the_extra_an_agent_of_the_sdk_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "agents":
            raise ModuleNotFoundError("No module named 'agents'", name="agents")
        return real(name, *rest, **more)

    for name in [name for name in sys.modules if name.partition(".")[0] == "agents"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ModelError) as caught:
        await run(f"{written(tmp_path, monkeypatch, TASK_EXECUTOR)}:task_executor", REQUEST)
    assert (caught.value.message.count("No module named 'agents'"), caught.value.hint) == (
        1,
        "pip install 'tuui-sampling[agents]'",
    )


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("import nonsense_that_is_missing", "nonsense_that_is_missing"),
        ("def", "SyntaxError"),
        ("1 / 0", "ZeroDivision"),
    ],
)
async def test_code_that_can_not_be_loaded_says_why(
    source: str, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ModelError, match=problem):
        await run(f"{written(tmp_path, monkeypatch, source)}:answer", REQUEST)


def test_a_module_that_is_nowhere_is_told_before_the_approval() -> None:
    """Nothing is imported to find that out, and what the agent may do is said in any case."""
    agent = ModelSettings("worker", "agent", "demo", agent="nowhere_at_all.there:agent", servers=("mail",), max_steps=2)
    models = Models(Settings({}, {"worker": agent, "demo": ModelSettings("demo", "demo")}), {})
    problem, may = models.notes("worker", ask())
    assert problem.severity is Severity.BLOCK and "finds no module nowhere_at_all" in problem.text
    assert "is asked by the Python code nowhere_at_all.there:agent, which runs on this computer" in may.text
    assert "may ask for the tools mail.*; at most 2 steps, no limit of money" in may.text
    assert missing("json:loads") == ""

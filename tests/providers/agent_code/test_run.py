"""Loading an agent's code: the ones of docs/MODELS.md work, and what is missing is named."""

import builtins
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.models.agent_code import TASK_EXECUTOR, NoDesk, what_leaves, written
from tests.support.models.wires import ask
from tests.support.paths import ROOT
from tuui_sampling.config.settings import ModelSettings, Settings
from tuui_sampling.providers.agent_code.request import AgentRequest
from tuui_sampling.providers.agent_code.run import missing, run
from tuui_sampling.providers.models import Models
from tuui_sampling.sampling.errors import ModelError
from tuui_sampling.sampling.note import Severity
from tuui_sampling.sampling.request import TextBlock, ToolUseBlock
from tuui_sampling.sampling.response import Response

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


async def test_the_example_with_pydantic_ai_answers_and_its_call_is_decided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pydantic_ai")
    (source,) = re.findall(r"```python\n(from pydantic_ai .*?)```", (ROOT / "docs/MODELS.md").read_text(), re.DOTALL)
    wants = Response((ToolUseBlock("t1", "mail__send", {"to": "Ada"}),), "m", "toolUse", None)
    desk = NoDesk(wants, Response((TextBlock("done"),), "m", "endTurn", None))
    tools = {"mail__send": ("Send a mail.", {"type": "object", "properties": {"to": {"type": "string"}}})}
    request = AgentRequest(ask(), "claude", tools, desk, ("mail",))
    with what_leaves() as left:
        assert await run(f"{written(tmp_path, monkeypatch, source)}:answer", request) == "done"
    assert left == []
    assert desk.asked[0].system_prompt == "Be brief."
    assert [tool["name"] for tool in desk.asked[0].tools or ()] == ["mail__send"]
    assert "mail__send {'to': 'Ada'}" in str(desk.asked[1].messages[-1].blocks)

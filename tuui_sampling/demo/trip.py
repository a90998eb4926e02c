"""
The tool loop of `plan_trip`: the model may call two small tools of this server's, and is asked again with the results.

https://modelcontextprotocol.io/specification/2025-11-25/client/sampling#multi-turn-tool-loop: the tools are ours to
run, and three turns are ours to limit. Each turn is a resolver of its own, so the loop runs in both protocol eras.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from mcp.server.mcpserver import Resolve, Sample
from mcp_types import (
    CreateMessageResultWithTools,
    SamplingMessage,
    TextContent,
    Tool,
    ToolChoice,
    ToolResultContent,
    ToolUseContent,
)

from .asking import user

Answer = CreateMessageResultWithTools

SIGHTS = ("the old harbour", "the botanical garden", "the clock tower", "the covered market", "the island ferry")
WEATHER = ("sunny, 24 °C", "cloudy, 19 °C", "rain until noon, 16 °C")

TOOLS = [
    Tool(
        name="find_sights",
        description="List sights of a city, the best first.",
        input_schema={
            "type": "object",
            "properties": {
                "city": {"type": "string", "description": "The city's name"},
                "most": {"type": "integer", "description": "The most to list", "minimum": 1, "maximum": 5},
            },
            "required": ["city", "most"],
            "additionalProperties": False,
        },
    ),
    Tool(
        name="get_weather",
        description="Tell the weather of one day of the trip.",
        input_schema={
            "type": "object",
            "properties": {
                "city": {"type": "string", "description": "The city's name"},
                "day": {"type": "integer", "description": "1 for the first day", "minimum": 1, "maximum": 14},
            },
            "required": ["city", "day"],
            "additionalProperties": False,
        },
    ),
]


def first_turn(city: str, days: int) -> Sample:
    """Ask, with the tools at hand."""
    return _sample(_question(city, days))


def second_turn(city: str, days: int, first: Annotated[Answer, Resolve(first_turn)]) -> Sample | Answer:
    """Ask again with the tools' results; an answer that called none is the last one."""
    if not calls_of(first):
        return first
    return _sample([*_question(city, days), *_results_of(first)])


def third_turn(
    city: str,
    days: int,
    first: Annotated[Answer, Resolve(first_turn)],
    second: Annotated[Answer, Resolve(second_turn)],
) -> Sample | Answer:
    """Ask for the last time: no more tools."""
    if not calls_of(second):
        return second
    messages = [*_question(city, days), *_results_of(first), *_results_of(second)]
    return _sample(messages, ToolChoice(mode="none"))


def calls_of(answer: Answer) -> list[ToolUseContent]:
    """Return the tools that an answer wants called."""
    return [block for block in answer.content_as_list if isinstance(block, ToolUseContent)]


def report(turns: Sequence[Answer]) -> str:
    """Return what was called with what, and the last answer."""
    answers: list[Answer] = []
    for answer in turns:
        answers.append(answer)
        if not calls_of(answer):  # the loop ended here, and each later turn repeats this
            break
    called = [f"called {call.name} with {call.input}" for answer in answers for call in calls_of(answer)]
    last = answers[-1]
    said = "".join(block.text for block in last.content_as_list if isinstance(block, TextContent))
    ended = f"(model: {last.model}, stop reason: {last.stop_reason or 'not set'}, turns: {len(answers)})"
    return "\n".join(called) + f"\n\n{said}\n\n{ended}"


def _question(city: str, days: int) -> list[SamplingMessage]:
    return [user(f"Plan a trip to {city}, {days} days long. Look up the sights and the weather before you answer.")]


def _sample(messages: list[SamplingMessage], choice: ToolChoice | None = None) -> Sample:
    return Sample(
        messages,
        system_prompt="You plan trips. Use the tools, then answer in three sentences.",
        max_tokens=400,
        tools=TOOLS,
        tool_choice=choice or ToolChoice(mode="auto"),
    )


def _results_of(answer: Answer) -> Iterator[SamplingMessage]:
    """Yield what the model said, and what its calls returned."""
    yield SamplingMessage(role="assistant", content=answer.content_as_list)
    yield SamplingMessage(role="user", content=[_run(call) for call in calls_of(answer)])


def _run(call: ToolUseContent) -> ToolResultContent:
    text = _outcome(call.name, call.input)
    return ToolResultContent(
        type="tool_result",
        tool_use_id=call.id,
        content=[TextContent(type="text", text=text or f"{call.name} can't be called with {call.input}")],
        is_error=text is None,
    )


def _outcome(name: str, arguments: dict[str, Any]) -> str | None:
    """Return a tool's result; None when it can't be called so."""
    match name, arguments:
        case "find_sights", {"city": str(city), "most": int(most)}:
            return f"Sights of {city}: {', '.join(SIGHTS[: max(1, most)])}."
        case "get_weather", {"city": str(city), "day": int(day)}:
            return f"Day {day} in {city}: {WEATHER[day % len(WEATHER)]}."
    return None

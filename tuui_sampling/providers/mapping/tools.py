"""The tools that a request offers, and how far the model must use them, as they go to a model."""

from collections.abc import Mapping

from ...sampling.derived.beside import paced
from ...sampling.request import JsonObject, SamplingRequest
from ..wire_names import Names
from .content import Notes
from .conversation import OfferedTool
from .profile import Profile

SENT_MEMBERS = frozenset({"name", "description", "inputSchema"})

NO_TOOLS = "this model can't call tools"


def offered_tools(request: SamplingRequest, profile: Profile, names: Names, notes: Notes) -> tuple[OfferedTool, ...]:
    """Return the tools as they are sent."""
    if request.tools and not profile.tools:
        notes.block("tools", NO_TOOLS)
        return ()
    seen: set[str] = set()
    offered: list[OfferedTool] = []
    for index, tool in enumerate(paced(request.tools or ())):
        path, name = f"tools[{index}]", tool.get("name")
        if not isinstance(name, str) or not name:
            notes.block(path, "a tool without a name can't be offered")
        elif name in seen:
            notes.block(path, "there are two tools of this name")
        else:
            seen.add(name)
            offered.append(_offered(path, name, tool, names, notes))
    return tuple(offered)


def tool_choice(request: SamplingRequest, profile: Profile, notes: Notes) -> str | None:
    """Return "auto", "none" or "required" as it is sent; None where nothing is sent."""
    if request.tool_choice is None:
        return None
    mode = asked_choice(request) or "auto"
    notes.extra("toolChoice", {key: value for key, value in request.tool_choice.items() if key != "mode"})
    if not request.tools:
        if mode == "required":
            notes.block("toolChoice", "a tool must be called, but none is offered")
        else:
            notes.say("toolChoice", "not sent: no tools are offered")
        return None
    if mode == "required" and not profile.tool_choice_required:
        notes.say(
            "toolChoice", "this model can't be made to call a tool: sent as auto, and an answer without is marked"
        )
        return "auto"
    return mode


def asked_choice(request: SamplingRequest) -> str | None:
    """Return how far the server wants tools called, in the specification's word; None where it says nothing."""
    mode = (request.tool_choice or {}).get("mode")
    return mode if isinstance(mode, str) else None


def _offered(path: str, name: str, tool: JsonObject, names: Names, notes: Notes) -> OfferedTool:
    notes.check_json(path, dict(tool))
    if left_out := [key for key in tool if key not in SENT_MEMBERS]:
        notes.say(path, f"not forwarded: {', '.join(left_out)}")
    sent = names.sent(name)
    if sent != name:
        notes.say(f"{path}.name", f"sent as {sent}, and translated back in the answer")
    description, schema = tool.get("description"), tool.get("inputSchema")
    return OfferedTool(
        name=sent,
        description=description if isinstance(description, str) else "",
        # OpenAI refuses the schema of an object without properties, Anthropic one without a type.
        schema={"type": "object", "properties": {}} | dict(schema if isinstance(schema, Mapping) else {}),
    )

"""What keeps a response from being returned to the server that asked, whoever approved it."""

from .request import SamplingRequest
from .response import Response


def callable_tools(asked: SamplingRequest, sent: SamplingRequest) -> frozenset[str]:
    """Return the tools that may be called: those that the server named, and the person left in what was sent."""
    return asked.tool_names & sent.tool_names


def why_not_returnable(response: Response, tools: frozenset[str]) -> str:
    """
    Return why a server can't be given this response, in words; an empty string when it can.

    Arguments that break a tool's schema are no reason: the tool's own server judges them, and the person was warned.

    Args:
        tools: The names of the tools that may be called.
    """
    for block in response.tool_uses:
        if block.broken_input is not None:
            return f'the arguments for the tool "{block.name}" are no JSON object; mend them, or remove the call'
        if block.name not in tools:
            return f'the server offered no tool "{block.name}"; correct the name, or remove the call'
    return ""

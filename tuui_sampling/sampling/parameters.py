"""
Names the sampling parameters that MCP has no field for: they travel in `metadata`, which is there for that.

"Optional metadata to pass through to the LLM provider. The format of this metadata is provider-specific."
(https://modelcontextprotocol.io/specification/2025-11-25/schema#createmessagerequestparams). Of it these alone are
sent: whatever else a server writes there stays here.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a configuration names parameters before any request is there
    from .request import Json, SamplingRequest

PARAMETERS: Mapping[str, tuple[float, float, bool]] = {
    "top_p": (0, 1, False),
    "min_p": (0, 1, False),
    "top_k": (1, 1_000_000, True),
    "seed": (-(2**63), 2**63 - 1, True),
    "presence_penalty": (-2, 2, False),
    "frequency_penalty": (-2, 2, False),
    "repetition_penalty": (0, 10, False),
}
"""Each with its least and its largest value, and whether it is a whole number."""


def parameter_problem(name: str, value: "Json") -> str:
    """Return what is wrong with the value of a sampling parameter, in words; an empty string when nothing is."""
    least, largest, is_whole = PARAMETERS[name]
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if is_number and least <= value <= largest and (isinstance(value, int) or not is_whole):
        return ""
    return f"expected a {'whole ' if is_whole else ''}number from {least:g} to {largest:g}"


def parameter_problems(parameters: "Mapping[str, Json]") -> Iterator[str]:
    """Yield what is wrong with a table of sampling parameters."""
    for name, value in parameters.items():
        if name not in PARAMETERS:
            yield f"{name} is not a sampling parameter: these are {', '.join(PARAMETERS)}"
        elif problem := parameter_problem(name, value):
            yield f"{name}: {problem}"


def with_defaults(request: "SamplingRequest", defaults: "Mapping[str, Json]") -> "SamplingRequest":
    """Return a request with sampling parameters where it has none of its own."""
    missing = {name: value for name, value in defaults.items() if name not in (request.metadata or {})}
    return replace(request, metadata={**(request.metadata or {}), **missing}) if missing else request

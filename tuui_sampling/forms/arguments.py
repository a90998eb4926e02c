"""Reads the arguments of a tool use: from text to a JSON object, and what judges them. No widget."""

from collections.abc import Mapping
from typing import cast

from ..sampling.request import JsonObject
from .check import SchemaCheck
from .json_input import NoJson, read_json


class NoObject(ValueError):
    """A text is not a JSON object; it says why."""


def parse_arguments(text: str) -> JsonObject:
    """
    Return the arguments that a text says.

    Raises:
        NoObject: It is not a JSON object.
    """
    try:
        value = read_json(text)
    except NoJson as problem:
        raise NoObject(str(problem)) from None
    if not isinstance(value, Mapping):
        raise NoObject("a JSON object is expected: {…}")
    return cast(JsonObject, value)


def check_for(tools: tuple[JsonObject, ...] | None, name: str) -> SchemaCheck | None:
    """Return the check of the tool of that name; None when it is not listed."""
    return next((SchemaCheck(tool.get("inputSchema")) for tool in tools or () if tool.get("name") == name), None)

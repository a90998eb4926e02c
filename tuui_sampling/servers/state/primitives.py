"""
What a server offers besides tools, and what its prompts and resources returned. All texts are foreign.

Standard library only, like `server.py`: these values exist before the MCP SDK has been imported.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, get_args

from ...sampling.request import Json, JsonObject

LogLevel = Literal["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"]
"""https://modelcontextprotocol.io/specification/2025-11-25/server/utilities/logging#log-levels, mildest first."""

LOG_LEVELS: tuple[LogLevel, ...] = get_args(LogLevel)


class OfferKind(StrEnum):
    """What can be used."""

    TOOL = "tool"
    PROMPT = "prompt"
    RESOURCE = "resource"
    TEMPLATE = "template"


@dataclass(frozen=True)
class PromptArgument:
    """One argument of a prompt; its value is always text."""

    name: str
    title: str | None = None
    description: str | None = None
    required: bool = False


@dataclass(frozen=True)
class Prompt:
    """
    One prompt that a server offers.

    Attributes:
        problem: Why it can't be used: what in it does not fit the specification; empty where it can.
        remarks: What else does not fit.
    """

    name: str
    title: str | None = None
    description: str | None = None
    arguments: tuple[PromptArgument, ...] = ()
    problem: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Resource:
    """
    One resource that a server lists.

    Attributes:
        size: Its size in bytes, as the server says.
        annotations: For whom it is and how important, as the specification's JSON.
        problem: As in `Prompt`; `remarks` likewise.
    """

    uri: str
    name: str
    title: str | None = None
    description: str | None = None
    mime_type: str | None = None
    size: int | None = None
    annotations: JsonObject = field(default_factory=dict)
    problem: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class ResourceTemplate:
    """
    A family of resources.

    Attributes:
        uri_template: See `uri_template.py`.
        problem: As in `Prompt`; `remarks` likewise.
    """

    uri_template: str
    name: str
    title: str | None = None
    description: str | None = None
    mime_type: str | None = None
    annotations: JsonObject = field(default_factory=dict)
    problem: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Offered:
    """
    What a connected server offers besides tools.

    Attributes:
        completes: It completes arguments of prompts and templates.
        subscribes: It tells when a resource has changed, if it is asked to.
        logs: The level of its log messages can be chosen.
        pending: What has not been listed yet since it was started.
        unlisted: Why a list could not be read, in words that may hold foreign text.
    """

    prompts: tuple[Prompt, ...] = ()
    resources: tuple[Resource, ...] = ()
    templates: tuple[ResourceTemplate, ...] = ()
    completes: bool = False
    subscribes: bool = False
    logs: bool = False
    pending: frozenset[OfferKind] = frozenset()
    unlisted: Mapping[OfferKind, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PromptResult:
    """
    What a prompt became.

    Attributes:
        messages: Its messages as the specification's JSON: a role, and one content block each.
        remarks: What in it does not fit the specification.
        raw: The whole result, as it was sent.
    """

    messages: tuple[JsonObject, ...]
    description: str | None = None
    remarks: tuple[str, ...] = ()
    raw: Json = None


@dataclass(frozen=True)
class ResourceContents:
    """
    What a resource held.

    Attributes:
        contents: As the specification's JSON: a `uri`, perhaps a `mimeType`, and `text` or a base64 `blob`.
        remarks: What in it does not fit the specification.
        raw: The whole result, as it was sent.
    """

    contents: tuple[JsonObject, ...]
    remarks: tuple[str, ...] = ()
    raw: Json = None


@dataclass(frozen=True)
class Completion:
    """
    What an argument may be completed to.

    Attributes:
        total: How many values there are in all, if the server says so.
        has_more: There are more than these.
    """

    values: tuple[str, ...] = ()
    total: int | None = None
    has_more: bool = False


@dataclass(frozen=True)
class Reference:
    """
    Whose argument is to be completed.

    Attributes:
        kind: A prompt, or a template.
        name: The prompt's name, or the URI template.
        others: The arguments that are filled in already, by name.
    """

    kind: OfferKind
    name: str
    others: Mapping[str, str] = field(default_factory=dict)

"""What a server offers, in words and as the form that it is used with. All of it is raw foreign text."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from ...sampling.request import Json, JsonObject
from ...servers.state.primitives import OfferKind, Prompt, Resource, ResourceTemplate
from ...servers.state.server import Server, Tool
from ...servers.state.uri_template import may_come_from, required_variables, variables
from .format import octets

Offer = Tool | Prompt | Resource | ResourceTemplate

ANNOTATIONS = {
    ("readOnlyHint", True): "readOnlyHint: changes nothing",
    ("readOnlyHint", False): "readOnlyHint false: may change things",
    ("destructiveHint", True): "destructiveHint: may destroy things",
    ("destructiveHint", False): "destructiveHint false: destroys nothing",
    ("idempotentHint", True): "idempotentHint: the same call again changes nothing more",
    ("openWorldHint", True): "openWorldHint: reaches what is outside, such as the web",
    ("openWorldHint", False): "openWorldHint false: reaches nothing outside",
}
"""https://modelcontextprotocol.io/specification/2025-11-25/schema#toolannotations: hints, which may be untrue."""

GROUPS = {
    OfferKind.TOOL: "Tools",
    OfferKind.PROMPT: "Prompts",
    OfferKind.RESOURCE: "Resources",
    OfferKind.TEMPLATE: "Resource templates",
}


@dataclass(frozen=True)
class OfferWords:
    """
    One offer.

    Attributes:
        kind: What it is; `name` then tells it from its siblings: a name, a URI, or a URI template.
        hints: What is said of it in one line.
        schema: What its form asks for.
        verb: What is done with it.
        empty: What the form says when it asks for nothing.
        problem: Why it can't be used; empty where it can.
        remarks: What of it does not fit the specification, and matters less.
    """

    kind: OfferKind
    name: str
    title: str
    hints: str
    description: str
    schema: JsonObject
    verb: str
    empty: str = "No arguments."
    problem: str = ""
    remarks: tuple[str, ...] = ()


def offers_of(server: Server) -> dict[OfferKind, Mapping[str, Offer]]:
    """Return everything that a server offers, by what it is and by name; what is listed twice counts once."""
    offered = server.offered
    return {
        OfferKind.TOOL: {one.name: one for one in server.tools},
        OfferKind.PROMPT: {one.name: one for one in offered.prompts},
        OfferKind.RESOURCE: {one.uri: one for one in offered.resources},
        OfferKind.TEMPLATE: {one.uri_template: one for one in offered.templates},
    }


def label_of(offer: Offer) -> str:
    """Return what an offer is called in a list: a resource by its title, since its URI stands beside it."""
    return offer.name if isinstance(offer, Tool | Prompt) else offer.title or offer.name


def subscribed_uris(offer: Offer, subscribed: Collection[str], listed: Collection[str]) -> list[str]:
    """
    Return the URIs of an offer whose changes a server tells of: a template may have become several.

    Args:
        subscribed: All that the server tells of.
        listed: The URIs of its resources; they are not a template's.
    """
    match offer:
        case Resource():
            return [offer.uri] if offer.uri in subscribed else []
        case ResourceTemplate():
            of_templates = (uri for uri in sorted(subscribed) if uri not in listed)
            return [uri for uri in of_templates if may_come_from(offer.uri_template, uri)]
        case _:
            return []


def words_of(offer: Offer) -> OfferWords:
    """Return an offer in words."""
    words = _words_of(offer)
    if offer.problem:  # its form would ask for what can't be sent
        words = replace(words, schema={"type": "object", "properties": {}}, empty="")
    return replace(words, problem=offer.problem, remarks=offer.remarks)


def _words_of(offer: Offer) -> OfferWords:
    match offer:
        case Tool():
            return OfferWords(
                kind=OfferKind.TOOL,
                name=offer.name,
                title=offer.title or offer.name,
                hints=tool_hints(offer),
                description=offer.description or "",
                schema=offer.input_schema,
                verb="call",
            )
        case Prompt():
            return OfferWords(
                kind=OfferKind.PROMPT,
                name=offer.name,
                title=offer.title or offer.name,
                hints=_joined("prompt", offer.name if offer.title else ""),
                description=offer.description or "",
                schema=_prompt_schema(offer),
                verb="get",
            )
        case Resource():
            size = octets(offer.size) if offer.size is not None and offer.size >= 0 else ""
            return OfferWords(
                kind=OfferKind.RESOURCE,
                name=offer.uri,
                title=offer.title or offer.name,
                hints=_joined(offer.uri, offer.mime_type or "", size, _audience(offer.annotations)),
                description=offer.description or "",
                schema={"type": "object", "properties": {}},
                verb="read",
                empty="",
            )
        case ResourceTemplate():
            return OfferWords(
                kind=OfferKind.TEMPLATE,
                name=offer.uri_template,
                title=offer.title or offer.name,
                hints=_joined(offer.uri_template, offer.mime_type or "", _audience(offer.annotations)),
                description=offer.description or "",
                schema=_template_schema(offer.uri_template),
                verb="read",
                empty="No variables.",
            )


def tool_hints(tool: Tool) -> str:
    """Return a tool's name, and what its server says of it in words."""
    words = hint_words(tool.annotations)
    said = f"the server says: {words}" if words else ""
    return _joined(tool.name if tool.title else "", said)


def hint_words(annotations: JsonObject) -> str:
    """Return a tool's annotations in words; empty where there are none."""
    return ", ".join(word for (key, value), word in ANNOTATIONS.items() if annotations.get(key) is value)


def _audience(annotations: JsonObject) -> str:
    """Return for whom a resource is and how important, in words."""
    audience, priority = annotations.get("audience"), annotations.get("priority")
    whom = f"for {' and '.join(str(one) for one in audience)}" if isinstance(audience, list) and audience else ""
    weight = f"priority {priority:g}" if isinstance(priority, int | float) and not isinstance(priority, bool) else ""
    return _joined(whom, weight)


def _prompt_schema(prompt: Prompt) -> JsonObject:
    properties: dict[str, Json] = {}
    for argument in prompt.arguments:
        text = {"type": "string", "title": argument.title, "description": argument.description}
        properties[argument.name] = {key: value for key, value in text.items() if value is not None}
    required = [argument.name for argument in prompt.arguments if argument.required]
    return {"type": "object", "properties": properties, "required": required}


def _template_schema(template: str) -> JsonObject:
    properties: dict[str, Json] = {name: {"type": "string"} for name in variables(template)}
    return {"type": "object", "properties": properties, "required": sorted(required_variables(template))}


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)

"""
Reads the entries of a server's lists, each for itself: one that can't be used is listed with what is wrong with it.

What an entry can't be used without (its name, a tool's schemas) makes it unusable; what only decorates it (a title, an
icon, hints) is left out, with a remark.
"""

from collections.abc import Callable, Mapping

from ...sampling.request import Json
from ..state.primitives import OfferKind, Prompt, PromptArgument, Resource, ResourceTemplate
from ..state.server import Tool
from .remarks import Members, expected

LIST_KEYS = {
    OfferKind.TOOL: "tools",
    OfferKind.PROMPT: "prompts",
    OfferKind.RESOURCE: "resources",
    OfferKind.TEMPLATE: "resourceTemplates",
}
"""The member of a list's result that holds the entries."""


def read_tool(entry: Json, number: int) -> Tool:
    """Return a listed tool; `number` is its place in the list, counted from 1."""
    members = Members(entry)
    name, problem = _needed_text(members, "name", number)
    problem = (
        problem or _schema_problem(members, "inputSchema", needed=True) or _schema_problem(members, "outputSchema")
    )
    title, annotations = members.text("title"), members.object("annotations")
    for hint in ("readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"):
        if not isinstance(annotations.get(hint, False), bool):
            members.remark(expected(f"annotations.{hint}", "true or false", annotations[hint]))
    hinted = annotations.get("title")
    output_schema = members.get("outputSchema")
    return Tool(
        name=name,
        title=title or (hinted if isinstance(hinted, str) else None),
        description=members.text("description"),
        input_schema=schema if isinstance(schema := members.get("inputSchema"), Mapping) else {},
        annotations={key: value for key, value in annotations.items() if value is not None},
        output_schema=output_schema if isinstance(output_schema, Mapping) else None,
        problem=problem,
        remarks=tuple(members.remarks),
    )


def read_prompt(entry: Json, number: int) -> Prompt:
    """Return a listed prompt."""
    members = Members(entry)
    name, problem = _needed_text(members, "name", number)
    arguments: list[PromptArgument] = []
    for index, one in enumerate(members.items("arguments", needed=False)):
        argument = Members(one, f"arguments[{index}]")
        named, missing = _needed_text(argument, "name", index + 1)
        problem = problem or missing
        arguments.append(
            PromptArgument(named, argument.text("title"), argument.text("description"), argument.flag("required"))
        )
        members.remarks += argument.remarks
    if not isinstance(members.get("arguments") or [], list):
        problem = problem or members.remarks[-1]
    title, description = members.text("title"), members.text("description")
    return Prompt(name, title, description, tuple(arguments), problem, tuple(members.remarks))


def read_resource(entry: Json, number: int) -> Resource:
    """Return a listed resource; one without a name goes by its URI."""
    members = Members(entry)
    uri, problem = _needed_text(members, "uri", number)
    return Resource(
        uri=uri,
        name=_name_or(members, uri),
        title=members.text("title"),
        description=members.text("description"),
        mime_type=members.text("mimeType"),
        size=members.whole_number("size"),
        annotations=_annotations(members),
        problem=problem,
        remarks=tuple(members.remarks),
    )


def read_template(entry: Json, number: int) -> ResourceTemplate:
    """Return a listed resource template."""
    members = Members(entry)
    template, problem = _needed_text(members, "uriTemplate", number)
    return ResourceTemplate(
        uri_template=template,
        name=_name_or(members, template),
        title=members.text("title"),
        description=members.text("description"),
        mime_type=members.text("mimeType"),
        annotations=_annotations(members),
        problem=problem,
        remarks=tuple(members.remarks),
    )


Read = Callable[[Json, int], Tool | Prompt | Resource | ResourceTemplate]

READERS: Mapping[OfferKind, Read] = {
    OfferKind.TOOL: read_tool,
    OfferKind.PROMPT: read_prompt,
    OfferKind.RESOURCE: read_resource,
    OfferKind.TEMPLATE: read_template,
}


def _needed_text(members: Members, key: str, number: int) -> tuple[str, str]:
    """Return a text that has to be there, or a stand-in and what is wrong with it."""
    value = members.get(key)
    if isinstance(value, str) and value:
        return value, ""
    if not members.is_object:
        return f"(entry {number})", members.remarks[0]
    return f"(entry {number})", expected(members.at(key), "a text", value, missing=key not in members)


def _name_or(members: Members, identifier: str) -> str:
    name = members.text("name")
    if name is None and "name" not in members:
        members.remark(expected("name", "a text", None, missing=True))
    return name or identifier


def _annotations(members: Members) -> dict[str, Json]:
    annotations = members.object("annotations")
    audience, priority = annotations.get("audience"), annotations.get("priority")
    if audience is not None and not isinstance(audience, list):
        members.remark(expected("annotations.audience", "a list", annotations.pop("audience")))
    if priority is not None and not _is_priority(priority):
        members.remark(expected("annotations.priority", "a number from 0 to 1", priority))
    return {key: value for key, value in annotations.items() if value is not None}


def _is_priority(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _schema_problem(members: Members, key: str, *, needed: bool = False) -> str:
    """Return what is wrong with the schema of a tool, or nothing: it has to be that of an object."""
    schema = members.get(key)
    if schema is None and not needed:
        return ""
    if not isinstance(schema, Mapping):
        return expected(key, "a schema", schema, missing=key not in members)
    if schema.get("type") != "object":
        return expected(f"{key}.type", '"object"', schema.get("type"), missing="type" not in schema)
    if not isinstance(schema.get("properties", {}), Mapping):
        return expected(f"{key}.properties", "an object", schema["properties"])
    required = schema.get("required", [])
    if not isinstance(required, list) or not all(isinstance(name, str) for name in required):
        return expected(f"{key}.required", "a list of names", required)
    for name, schema_of_member in schema.get("properties", {}).items():
        if not isinstance(schema_of_member, Mapping | bool):
            return expected(f"{key}.properties.{name}", "a schema", schema_of_member)
    return ""

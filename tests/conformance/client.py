"""
Runs our connections as the client under test of the MCP conformance suite: `python -m tests.conformance.client URL`.

https://github.com/modelcontextprotocol/conformance appends the URL of a server to our arguments, and names the scenario
and the revision in the environment. One connection, as the program makes every connection, does all there is to do:
it calls every tool, reads every resource, gets every prompt. Nobody is there to answer, so what the server asks is
answered at once with constants and defaults; that is why this is not part of the program.
"""

import asyncio
import contextlib
import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from typing import Any

from tuui_sampling.cli import exit_codes
from tuui_sampling.cli.output import complain, one_line, why_not_running
from tuui_sampling.config.settings import Protocol, ServerSettings
from tuui_sampling.sampling.errors import CallRefused, Refusal, ServerError
from tuui_sampling.sampling.inquiry import Asked, FormElicitation, InquiryOutcome, Reply
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.sampling.request import Json, JsonObject, SamplingRequest, TextBlock
from tuui_sampling.sampling.response import Response
from tuui_sampling.sampling.review import Outcome
from tuui_sampling.servers.inbound.desk import ComeThrough, Deliver, DeliverAnswer, WhyWithdrawn
from tuui_sampling.servers.state.server import Server, ServerState
from tuui_sampling.servers.supervisor import Supervisor

from .sign_in import authorize_with

NAME = "conformance"

LEGACY_ONLY = frozenset({"json-schema-ref-no-deref"})
"""Scenarios that are announced as modern, and whose server knows only the legacy era."""

ECHO_TOOL, ECHOED_TOOL = "json_schema_echo", "json_schema_2020_12_tool"
"""A tool that wants to be called with the input schema of another."""

PLACEHOLDERS: Mapping[str, Json] = {
    "string": "text",
    "integer": 1,
    "number": 1,
    "boolean": True,
    "array": [],
    "object": {},
    "null": None,
}


def run_conformance(url: str, environ: Mapping[str, str]) -> int:
    """Run one scenario and return the exit code: 0 unless no connection came about."""
    return asyncio.run(_run(url, environ))


async def _run(url: str, environ: Mapping[str, str]) -> int:
    scenario = environ.get("MCP_CONFORMANCE_SCENARIO", "")
    context = environ.get("MCP_CONFORMANCE_CONTEXT")
    browser = _Browser()
    settings = ServerSettings(NAME, url=url, protocol=_protocol(scenario, environ))
    supervisor = Supervisor(
        [settings],
        environ,
        _AnswersAtOnce(),
        restart=False,
        open_page=browser.visit,
        authorize=await authorize_with(scenario, url, context),
    )
    try:
        supervisor.start(NAME)
        server = await supervisor.settled(NAME)
        if server.state is not ServerState.READY:
            complain(" — ".join(filter(None, why_not_running(server))))
            return exit_codes.SERVER
        await _use(supervisor, server, json.loads(context) if context else {})
    finally:
        await supervisor.aclose()
        await browser.done()
    return exit_codes.OK


def _protocol(scenario: str, environ: Mapping[str, str]) -> Protocol:
    modern = environ.get("MCP_CONFORMANCE_PROTOCOL_VERSION", "") >= "2026" and scenario not in LEGACY_ONLY
    return "modern" if modern else "legacy"


async def _use(supervisor: Supervisor, server: Server, context: Mapping[str, Any]) -> None:
    """Do all there is to do; what the server refuses is its own affair, and told on standard error."""
    with _complaining():
        await supervisor.calls(NAME).tell_roots_changed()
    for name, arguments in _tool_calls(server, context):
        with _complaining():
            await supervisor.call_tool(NAME, name, arguments)
    for prompt in server.offered.prompts:
        with _complaining():
            arguments = {argument.name: "text" for argument in prompt.arguments}
            await supervisor.calls(NAME).get_prompt(prompt.name, arguments)
    for resource in server.offered.resources:
        with _complaining():
            await supervisor.calls(NAME).read_resource(resource.uri)


@contextlib.contextmanager
def _complaining() -> Any:
    try:
        yield
    except (CallRefused, ServerError) as error:
        complain(one_line(error.message, 500))


def _tool_calls(server: Server, context: Mapping[str, Any]) -> Iterable[tuple[str, JsonObject]]:
    """Return the calls that the suite prescribes; otherwise one of each tool."""
    if prescribed := context.get("toolCalls"):
        return [(call["name"], call.get("arguments") or {}) for call in prescribed if server.tool(call["name"])]
    if (echoed := server.tool(ECHOED_TOOL)) and server.tool(ECHO_TOOL):
        return [(ECHO_TOOL, {"schema": echoed.input_schema})]
    return [(tool.name, filled_in(tool.input_schema)) for tool in server.tools]


def filled_in(schema: JsonObject) -> dict[str, Json]:
    """Return values for an object's members: their defaults, and placeholders where a member is required."""
    members, required = schema.get("properties"), schema.get("required")
    values: dict[str, Json] = {}
    for name, member in members.items() if isinstance(members, dict) else ():
        if not isinstance(member, dict):
            continue
        if "default" in member:
            values[name] = member["default"]
        elif isinstance(required, list) and name in required:
            values[name] = _placeholder(member)
    return values


def _placeholder(member: JsonObject) -> Json:
    choices = member.get("enum")
    if isinstance(choices, list) and choices:
        return choices[0]
    kind = member.get("type")
    return PLACEHOLDERS.get(kind, "text") if isinstance(kind, str) else "text"


class _AnswersAtOnce:
    """Stands in for the desk: nobody is asked."""

    async def ask(
        self,
        request: SamplingRequest,
        origin: Origin,
        why_withdrawn: WhyWithdrawn,
        come_through: ComeThrough,
        deliver: Deliver,
        /,
    ) -> Outcome:
        await come_through(lambda: None)
        return Outcome(Phase.DELIVERED, response=Response((TextBlock("A constant answer."),), NAME, "endTurn"))

    async def inquire(
        self,
        asked: Asked,
        origin: Origin,
        why_withdrawn: WhyWithdrawn,
        come_through: ComeThrough,
        deliver: DeliverAnswer,
        /,
    ) -> InquiryOutcome:
        await come_through(lambda: None)
        content = filled_in(asked.schema) if isinstance(asked, FormElicitation) else None
        return InquiryOutcome(Phase.DELIVERED, reply=Reply("accept", content=content))

    def turn_away(self, method: str, params: Json, origin: Origin, refusal: Refusal, count: int, /) -> None:
        complain(f"refused {method}: {refusal}")

    def take_back(self, method: str, origin: Origin, why: str, /) -> None:
        complain(f"{method} was withdrawn while it was read: {why}")

    def page_completed(self, server: str, elicitation_id: str, /) -> None:
        pass


class _Browser:
    """Stands in for the person at the browser: visits the page and follows where it leads, back to us."""

    def __init__(self) -> None:
        self._visits: set[asyncio.Task[None]] = set()

    def visit(self, server: Server, page: str) -> None:
        self._visits.add(asyncio.create_task(asyncio.to_thread(_visit, page)))

    async def done(self) -> None:
        await asyncio.gather(*self._visits)


def _visit(page: str) -> None:
    try:
        with urllib.request.urlopen(page, timeout=20) as answer:
            answer.read()
    except (OSError, urllib.error.URLError) as error:
        complain(f"the page could not be visited: {type(error).__name__}")


if __name__ == "__main__":
    sys.exit(run_conformance(sys.argv[1], os.environ))

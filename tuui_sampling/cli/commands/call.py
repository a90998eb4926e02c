"""`tuui-sampling call`: runs one tool of one server, and decides about what it asks for."""

import asyncio
import contextlib
import json
import sys
from collections.abc import Mapping

from ...backend import Backend, open_backend
from ...config.load import ConfigError
from ...config.settings import Settings
from ...frontend.presentation.results import remarks_of
from ...policy.verdict import Always, Judge, Verdict
from ...sampling.errors import CallRefused, ServerError
from ...sampling.item import Item
from ...sampling.phase import Phase
from ...sampling.request import JsonObject
from ...servers.state.server import Server, ServerState
from .. import exit_codes
from ..configuration import read_settings
from ..output import complain, complain_of_configuration, complain_of_the_record, one_line, say, why_not_running
from ..prompts.inquiry import refuse_inquiries
from ..prompts.review import Asking
from ..prompts.sign_in import sign_in_on_terminal
from ..signals import Shutdown
from .call_report import Decide, Noticing, Order, Report, RetryMessages, print_report, say_remarks

SENDING_GRACE = 10.0
"""Seconds that the server may take to say whether it takes an answer, once the tool has returned."""

TOOL_GRACE = 2.0
"""Seconds that a tool may be missing from the list: some servers register theirs only once they are initialized."""


class UsageProblem(Exception):
    """What was asked for can't be done; the text says what exists instead."""


def run_call(config: str | None, environ: Mapping[str, str], order: Order) -> int:
    """Run the command and return its exit code."""
    report = Report(order)
    try:
        settings = read_settings(config, environ)
        arguments = _checked(settings, order)
    except ConfigError as error:
        complain_of_configuration(error)
        report.error, report.code = error.message, exit_codes.USAGE
    except UsageProblem as problem:
        report.error, report.code = str(problem), exit_codes.USAGE
        complain(str(problem))
    else:
        asyncio.run(_call(settings, environ, arguments, report))
        say_remarks(report)
        if report.error is not None:
            complain(report.error)
    print_report(report)
    return report.exit_code


def _checked(settings: Settings, order: Order) -> JsonObject:
    """Return the tool's arguments, once all that can be checked without starting a server is in order."""
    if order.server not in settings.servers:
        raise UsageProblem(f'no server is called "{order.server}"; {_configured(settings.servers)}')
    if order.model is not None and order.model not in settings.models:
        raise UsageProblem(f'no model is called "{order.model}"; {_configured(settings.models)}')
    try:
        arguments = json.loads(order.arguments)
    except (ValueError, RecursionError) as error:
        raise UsageProblem(f"--args is not JSON: {error}") from None
    if not isinstance(arguments, dict):
        raise UsageProblem('--args is not a JSON object, such as {"prompt": "hello"}')
    return arguments


def _configured(names: Mapping[str, object]) -> str:
    return f"configured: {', '.join(names)}" if names else "none is configured"


# --- the call ---


async def _call(settings: Settings, environ: Mapping[str, str], arguments: JsonObject, report: Report) -> None:
    order = report.order
    asking = Asking.on_terminal(environ) if order.decide == "ask" else None
    with Shutdown() as ending:
        ending.left_the_screen()
        async with open_backend(
            settings,
            environ,
            judge=_judge(order.decide, asking),
            otherwise=Verdict.REJECT,
            restart=False,
            model=order.model,
            on_trouble=complain_of_the_record(),
            open_page=sign_in_on_terminal(),
        ) as backend:
            report.masking = backend.masking
            for trouble in backend.trouble:
                complain(trouble)
            ending.end_servers = backend.supervisor.guardian.end_at_once
            backend.desk.subscribe(report.note)
            backend.desk.subscribe(RetryMessages(backend.masking).note)
            backend.desk.subscribe(Noticing().note)
            if order.decide == "ask" and asking is None:
                _say_once_that_nobody_is_asked(backend)
            if asking is None:
                refuse_inquiries(backend.desk, tool_calls=order.decide == "approve")
            tasks = [asyncio.create_task(_work(backend, arguments, report), name="call")]
            if asking is not None:
                tasks.append(asyncio.create_task(asking.run(backend.desk, ending), name="asking"))
            asked = asyncio.create_task(ending.asked.wait(), name="ending")
            # The asking never ends by itself: when it does, it broke.
            await asyncio.wait((*tasks, asked), return_when=asyncio.FIRST_COMPLETED)
            for task in (*tasks, asked):
                task.cancel()
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    if ending.number is not None:
        report.error, report.code = "interrupted", ending.exit_code
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome


def _say_once_that_nobody_is_asked(backend: Backend) -> None:
    """Say at the first request why it is rejected; most tools never ask."""

    def say_it(_item: Item) -> None:
        unsubscribe()
        complain("there is no terminal to ask on, so every request is rejected (see --decide)")

    unsubscribe = backend.desk.subscribe(say_it)


def _judge(decide: Decide, asking: Asking | None) -> Judge | None:
    """Return who decides; None leaves it to the rules of the configuration."""
    if decide == "rules":
        return None
    if decide == "approve":
        return Always(Verdict.PASS)
    return Always(Verdict.REJECT if asking is None else Verdict.ASK)


async def _work(backend: Backend, arguments: JsonObject, report: Report) -> None:
    """Start the server, call the tool, and note what came of it."""
    order = report.order
    supervisor = backend.supervisor
    helpers = _helpers(backend.settings, order) - {order.server}
    for name in (order.server, *helpers):
        supervisor.start(name)
    server = await supervisor.settled(order.server)
    for name in helpers:
        helper = await supervisor.settled(name)
        if helper.state is not ServerState.READY:
            say(f"{name}: {' — '.join(filter(None, why_not_running(helper)))}")
    report.invalid, report.refused = server.invalid, server.turned_away
    report.protocol_version = server.protocol_version
    if server.state is not ServerState.READY:
        report.error = f"{order.server}: {' — '.join(filter(None, why_not_running(server)))}"
        report.code = exit_codes.SERVER
        return
    odd = [f"its {what} can't be used: {why}" for what, why in server.unusable.items()]
    odd += server.offered.unlisted.values()
    for words in odd:
        say(f"{order.server}: {one_line(words, 400)}")
    if not await _lists(backend, server, order.tool):
        tools = ", ".join(one_line(tool.name, 100) for tool in server.tools) or "none"
        report.error, report.code = f'{order.server} has no tool "{order.tool}"; its tools: {tools}', exit_codes.USAGE
        return
    try:
        report.result = await supervisor.call_tool(order.server, order.tool, arguments, _progress)
        report.remarks = remarks_of(report.result, server.tool(order.tool))
    except CallRefused as error:
        report.error = error.message
    except ServerError as error:
        report.error, report.code = f"{order.server}: {error.message}", exit_codes.SERVER
    await _sent(backend)
    if order.linger and server.is_running:
        await asyncio.sleep(order.linger)
        await _sent(backend)


def _helpers(settings: Settings, order: Order) -> set[str]:
    """Return the servers whose tools an agent may want that may answer this call."""
    models = [model for name, model in settings.models.items() if order.model in (None, name)]
    return {server for model in models for server in model.servers}


async def _sent(backend: Backend) -> None:
    """Wait for what is on its way: a tool may return before it is known that its server has taken the answer."""
    changed = asyncio.Event()
    unsubscribe = backend.desk.subscribe(lambda _item: changed.set())
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SENDING_GRACE):
                while any(item.phase is Phase.SENDING for item in backend.desk.items):
                    changed.clear()
                    await changed.wait()
    finally:
        unsubscribe()


async def _lists(backend: Backend, server: Server, tool: str) -> bool:
    """Whether the server has that tool, now or soon."""
    listed = asyncio.Event()
    unsubscribe = backend.supervisor.subscribe(
        lambda changed: listed.set() if changed is server and server.tool(tool) else None
    )
    try:
        if server.tool(tool) is None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(listed.wait(), TOOL_GRACE)
    finally:
        unsubscribe()
    return server.tool(tool) is not None


def _progress(done: float, total: float | None, message: str | None) -> None:
    """Say how far the tool is, where a person watches."""
    if sys.stderr.isatty():
        share = f"{done:g} of {total:g}" if total else f"{done:g}"
        say(f"progress: {share} {one_line(message or '', 200)}".rstrip())

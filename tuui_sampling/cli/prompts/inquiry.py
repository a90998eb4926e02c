"""
Elicitations and requests for roots on the command line.

Where nobody is asked they are answered with a no: nothing is given away by itself. On a terminal they are shown whole,
and answered with a letter, or with values typed as JSON.
"""

import json
from collections.abc import Awaitable, Callable, Iterator, Sequence

from ...desk.desk import Desk
from ...forms.check import SchemaCheck, problems_of
from ...forms.fields import defaults_of
from ...frontend.presentation.format import reindented
from ...frontend.review.inquiry_answer import Unready, checked_content, nested_remark
from ...sampling.checks.url_check import look_at
from ...sampling.decision import Settle
from ...sampling.inquiry import (
    Action,
    FormElicitation,
    Inquiry,
    Malformed,
    Reply,
    RootsRequest,
    ToolCall,
    UrlElicitation,
    answered,
)
from ...sampling.item import Item
from ...sampling.phase import Gate
from ...sampling.request import Json, JsonObject
from ..output import complain, labelled, one_line, say

SHOWN = 20_000
"""Characters of a malformed request that are shown."""

Choose = Callable[[Sequence[str]], Awaitable[str]]
"""Asks which of these, such as `[d]ecline`, and returns its letter."""

TypeLine = Callable[[str], Awaitable[str]]
"""Asks for a line, and returns it."""


def refuse_inquiries(desk: Desk, *, tool_calls: bool = False) -> Callable[[], None]:
    """
    Answer every inquiry with a no as soon as it comes, and say so; returns what ends that.

    Args:
        tool_calls: Let agents call the tools that they want instead.
    """

    def refuse(item: Item) -> None:
        if tool_calls and isinstance(item, Inquiry) and isinstance(item.asked, ToolCall):
            desk.settle(item.id, Gate.REQUEST, Settle(Reply("accept", item.asked.arguments)))
        elif isinstance(item, Inquiry) and item.phase.is_open:
            # What is malformed is refused as if it had not been let in.
            reply = Reply("cancel" if isinstance(item.asked, Malformed) else "decline")
            verb = answered(item.asked, reply)
            if desk.settle(item.id, Gate.REQUEST, Settle(reply)):
                say(f"#{item.id} {verb}, since nobody is asked: {one_line(item.origin.server)} wants {wants(item)}")

    return desk.subscribe(refuse)


def wants(inquiry: Inquiry) -> str:
    """Return what an inquiry is about, on one line."""
    asked = inquiry.asked
    match asked:
        case FormElicitation():
            return f"values: {one_line(asked.message, 200)}"
        case UrlElicitation():
            return f"a page visited: {one_line(asked.url, 300)}"
        case RootsRequest():
            return "to know its roots"
        case ToolCall(server, tool):
            return f"to call {one_line(server)} › {one_line(tool, 100)} for an agent"
        case Malformed():
            return f"what breaks the specification: {one_line(asked.message, 200)}"


async def ask_about(inquiry: Inquiry, choose: Choose, type_line: TypeLine) -> Settle:
    """Show an inquiry, and ask until there is an answer."""
    asked = inquiry.asked
    match asked:
        case FormElicitation():
            return await _ask_for_values(inquiry, asked, choose, type_line)
        case UrlElicitation():
            say("\n".join([_heading(inquiry), *labelled("says", asked.message), *_page_lines(asked)]))
            letter = await choose(("[a]gree to visit it", "[d]ecline", "[c]ancel"))
        case RootsRequest(configured):
            shared = [line for root in configured for line in labelled("folder", root.uri)]
            say("\n".join([_heading(inquiry), *shared]))
            letter = await choose((f"[a]ll {len(configured)} are shared", "[d]ecline"))
            return Settle(Reply("accept", roots=configured) if letter == "a" else Reply("decline"))
        case ToolCall():
            return await _ask_about_call(inquiry, asked, choose, type_line)
        case Malformed():
            say("\n".join([_heading(inquiry), *labelled("problem", asked.message), *labelled("text", _raw(inquiry))]))
            say("Nothing of it goes to a model.")
            letter = await choose(("[r]eject", "[i]nvalid (-32602)"))
            return Settle(Reply("cancel" if letter == "i" else "decline"))
    return Settle(_reply_of(letter))


async def _ask_for_values(inquiry: Inquiry, asked: FormElicitation, choose: Choose, type_line: TypeLine) -> Settle:
    content = defaults_of(asked.schema)
    say("\n".join([_heading(inquiry), *labelled("says", asked.message), *labelled("schema", _json(asked.schema))]))
    while True:
        problems = problems_of(asked.schema, content)
        answer = checked_content(asked, content)
        if isinstance(answer, Unready):
            problems.append(answer.problem)
        remark = "" if isinstance(answer, Unready) else nested_remark(answer)
        lines = [*labelled("would send", _json(content)), *(labelled("remark", remark) if remark else ())]
        say("\n".join([*lines, *(part for one in problems for part in labelled("problem", one))]))
        choices = ["[e]nter values as JSON", "[d]ecline", "[c]ancel"]
        letter = await choose(choices if problems else ["[a]ccept", *choices])
        if letter == "e":
            content = _typed(await type_line("values: "), content)
        elif letter == "a" and isinstance(answer, Reply):
            return Settle(answer)
        else:
            return Settle(_reply_of(letter))


async def _ask_about_call(inquiry: Inquiry, asked: ToolCall, choose: Choose, type_line: TypeLine) -> Settle:
    arguments = dict(asked.arguments)
    check = SchemaCheck(asked.schema)
    say("\n".join([_heading(inquiry), *labelled("asks", asked.message), *labelled("tool", asked.description)]))
    while True:
        problems = [part for one in check.problems(arguments) for part in labelled("problem", one)]
        say("\n".join([*labelled("would send", _json(arguments)), *problems]))
        choices = ("[c]all it", "[e]nter arguments as JSON", "[r]efuse", "answer in its [p]lace", "[s]top the agent")
        match await choose(choices):
            case "c":
                return Settle(Reply("accept", arguments))
            case "e":
                arguments = _typed(await type_line("arguments: "), arguments)
            case "r":
                return Settle(Reply("decline", text=await type_line("why, for the agent (optional): ")))
            case "p":
                return Settle(Reply("answer", text=await type_line("the tool's result: ")))
            case _:
                return Settle(Reply("cancel"))


def _typed(text: str, before: dict[str, Json]) -> dict[str, Json]:
    """Return the values that were typed, or those from before where it is not a JSON object."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        complain(f"not JSON: {error}")
        return before
    if not isinstance(value, dict):
        complain('not a JSON object, such as {"name": "Ada"}')
        return before
    return value


def _reply_of(letter: str) -> Reply:
    actions: dict[str, Action] = {"a": "accept", "c": "cancel"}
    return Reply(actions.get(letter, "decline"))


def _page_lines(asked: UrlElicitation) -> Iterator[str]:
    page = look_at(asked.url)
    yield from labelled("address", asked.url)
    yield from labelled("host", page.host)
    for warning in (*page.warnings, *((page.obstacle,) if page.obstacle else ())):
        yield from labelled("careful", warning)
    yield from labelled("", "Nothing is opened: copy the address into your browser if you want to.")


def _heading(inquiry: Inquiry) -> str:
    origin = inquiry.origin
    tool = f" › {one_line(origin.tool, 100)}" if origin.tool else ""
    return f"── #{inquiry.id} {inquiry.kind} asked for by {one_line(origin.server)}{tool} ──"


def _raw(inquiry: Inquiry) -> str:
    """Return the message as it came, made readable; of a very long one the beginning."""
    text = reindented(inquiry.origin.raw)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}\n… {len(text) - SHOWN:,} more characters"


def _json(value: JsonObject) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=dict)

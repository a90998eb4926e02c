"""
What a server asks of us, in both eras: sampling, elicitation, roots. Each question is put to the desk, by way of the
server's admission. Whatever goes wrong on our side, the server gets a constant.
"""

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TypeVar, cast

import anyio
import mcp_types as types
from mcp.client.session import ClientRequestContext
from pydantic_core import from_json

from ...sampling.derived.beside import beside_the_loop
from ...sampling.errors import MalformedRequest, RequestRefused
from ...sampling.inquiry import InquiryOutcome, UrlElicitation
from ...sampling.origin import Origin
from ...sampling.request import Json, JsonObject
from ...sampling.wire import parse_request
from ...sampling.wire_errors import AT_ADMISSION, NOT_ANSWERED
from ..lenient.remarks import quoted
from ..lenient.requests import SERVER_REQUESTS
from ..state.server import Call, Server
from ..transport.base import Reply
from .admission import Admission
from .context import current_call, current_group, current_round, round_has_state
from .desk import Receipt, WhyWithdrawn
from .in_flight import Arrival, Arrivals
from .posting import Answer, Post
from .timeouts import deadline, gave_up, learned, reporting_progress
from .translate import (
    answer_json,
    elicit_reply,
    error_data,
    malformed,
    malformed_reply,
    read_elicitation,
    read_roots_request,
    refusal,
    reply,
    roots_reply,
)

ResultT = TypeVar("ResultT")
OutcomeT = TypeVar("OutcomeT")
ReadT = TypeVar("ReadT")


@dataclass
class _Message:
    """
    A question as it was sent.

    Attributes:
        method: What is asked.
        params: Its parameters, whatever they are; None once they are read.
        text: The JSON of the whole, where it came inside of a result (modern era).
        arrival: The message that it is; None where it came like that.
    """

    method: str
    params: Json
    text: str
    arrival: Arrival | None = None

    @cached_property
    def raw(self) -> str:
        """The JSON of the whole; of a long message a copy of it, which is made when it has been read."""
        return self.text if self.arrival is None else self.arrival.take_text()

    @property
    def as_sent(self) -> Json:
        """The parameters with nothing in them that is made when it is reached."""
        return self.params if self.arrival is None else from_json(self.raw).get("params")

    async def read(self, reader: Callable[[Json], ReadT]) -> ReadT:
        """Return the parameters as a reader has them, beside the event loop where they are long; they are not kept."""
        size = len(self.text if self.arrival is None else self.arrival.raw)
        read = await beside_the_loop(size, lambda: reader(self.params))
        self.params = None
        return read


class Callbacks:
    """The SDK's callbacks of one connection."""

    def __init__(
        self,
        server: Server,
        admission: Admission,
        arrivals: Arrivals,
        changed: Callable[[Server], None],
        ended: Callable[[], str],
        send: Callable[[Reply], Awaitable[str]],
    ) -> None:
        """
        Put a server's questions to the desk behind its admission.

        Args:
            ended: Why the connection is closed; empty while it is not.
            send: Sends an answer, and returns why the server has not taken it (see `Transport.deliver`).
        """
        self._server = server
        self._admission = admission
        self._arrivals = arrivals
        self._changed = changed
        self._ended = ended
        self._send = send
        self._reading = asyncio.Lock()  # what a server asks is put to the desk in the order in which it came
        self._belonging: defaultdict[int, set[anyio.CancelScope]] = defaultdict(set)

    def withdraw(self, call: Call) -> None:
        """
        Withdraw what came from this call, as far as is known or presumed (legacy era): the person cancelled it.

        A server on the first line of an SDK leaves its question open then, and nobody would wait for the answer.
        """
        for scope in self._belonging.pop(call.id, ()):
            scope.cancel()

    # The SDK's callbacks get stand-ins (`lenient/requests.py`): what was asked is read as it came.

    async def create_message(
        self, context: ClientRequestContext, params: types.CreateMessageRequestParams
    ) -> types.CreateMessageResult | types.CreateMessageResultWithTools | types.ErrorData:
        """Answer `sampling/createMessage`."""
        return await self._create_message(context, self._message(context))

    async def elicit(
        self, context: ClientRequestContext, params: types.ElicitRequestParams
    ) -> types.ElicitResult | types.ErrorData:
        """Answer `elicitation/create`."""
        return await self._elicit(context, self._message(context))

    async def list_roots(self, context: ClientRequestContext) -> types.ListRootsResult | types.ErrorData:
        """Answer `roots/list`."""
        return await self._list_roots(context, self._message(context))

    async def answer(self, context: ClientRequestContext, request: JsonObject) -> types.InputResponse | types.ErrorData:
        """Answer a request that came inside of a result (modern era)."""
        message = _Message(str(request.get("method")), request.get("params"), json.dumps(request, ensure_ascii=False))
        match request.get("method"):
            case "sampling/createMessage":
                return await self._create_message(context, message)
            case "elicitation/create":
                return await self._elicit(context, message)
            case "roots/list":
                return await self._list_roots(context, message)
            case method:
                self._log(f"it asked for {quoted(method)}, which is not known here")
        return types.ErrorData(code=types.METHOD_NOT_FOUND, message=f"it asked for {quoted(method)}")

    async def _create_message(
        self, context: ClientRequestContext, message: "_Message"
    ) -> types.CreateMessageResult | types.CreateMessageResultWithTools | types.ErrorData:
        async def put() -> types.CreateMessageResult | types.CreateMessageResultWithTools | types.ErrorData:
            request = await self._read(message, parse_request)
            origin = self._origin(context, message)
            post = self._post(context, origin)
            read = answer_json if current_round.get() is None else reply
            deliver = partial(_delivered, post, lambda outcome: read(outcome, request))
            outcome = await self._admission.ask(request, origin, self._why_withdrawn(message.arrival), deliver)
            return post.rest(lambda: reply(outcome, request))

        return await self._guarded("sampling", context, message, put)

    async def _elicit(self, context: ClientRequestContext, message: "_Message") -> types.ElicitResult | types.ErrorData:
        async def put() -> types.ElicitResult | types.ErrorData:
            asked = await self._read(message, read_elicitation)
            origin = self._origin(context, message)
            post = self._post(context, origin)
            deliver = partial(_delivered, post, lambda outcome: elicit_reply(asked, outcome))
            outcome = await self._admission.inquire(asked, origin, self._why_withdrawn(message.arrival), deliver)
            return post.rest(lambda: elicit_reply(asked, outcome))

        return await self._guarded("elicitation", context, message, put)

    async def _list_roots(
        self, context: ClientRequestContext, message: "_Message"
    ) -> types.ListRootsResult | types.ErrorData:
        async def put() -> types.ListRootsResult | types.ErrorData:
            asked = read_roots_request(self._server.roots)
            origin = self._origin(context, message)
            post = self._post(context, origin)
            deliver = partial(_delivered, post, roots_reply)
            outcome = await self._admission.inquire(asked, origin, self._why_withdrawn(message.arrival), deliver)
            return post.rest(lambda: roots_reply(outcome))

        return await self._guarded("roots", context, message, put)

    async def _read(self, message: "_Message", reader: Callable[[Json], ReadT]) -> ReadT:
        """Read a question in its turn; one that is withdrawn meanwhile is in the record, though nobody has seen it."""
        try:
            async with self._reading:
                return await message.read(reader)
        except asyncio.CancelledError:
            why = self._why_withdrawn(message.arrival)()
            self._admission.withdraw_unread(message.method, message.raw, why)
            self._log(f"a request is withdrawn while it is read: {why}")
            raise

    async def visit(self, call: Call, page: UrlElicitation, raw: str) -> InquiryOutcome:
        """
        Put a page to the desk that a call of ours was answered with (error -32042).

        Raises:
            RequestRefused: It may not come in.
        """
        version, modern = self._server.protocol_version or "", self._server.modern
        origin = Origin(self._server.name, version, modern, tool=call.tool, raw=raw, call=call.id)
        return await self._admission.inquire(page, origin, self._why_withdrawn(None), _nothing_to_send)

    def page_completed(self, elicitation_id: str) -> None:
        """Hear `notifications/elicitation/complete`."""
        self._admission.page_completed(self._server.name, elicitation_id)

    async def _guarded(
        self, what: str, context: ClientRequestContext, message: "_Message", put: Callable[[], Awaitable[ResultT]]
    ) -> ResultT | types.ErrorData:
        """Put a question, and turn whatever goes wrong into a constant."""
        started, arrival = time.monotonic(), message.arrival
        token = (context.meta or {}).get("progress_token") if arrival is not None else None
        try:
            with self._belongs_to_its_call(arrival), reporting_progress(context.session, token):
                return await self._looked_at(what, context, message, put)
        except asyncio.CancelledError:
            if arrival is not None and arrival.cancelled:
                gave_up(self._server, time.monotonic() - started)
            raise
        except RequestRefused as error:
            self._server.note_turned_away(SERVER_REQUESTS[what], error.refusal)
            constant = AT_ADMISSION[error.refusal]
            return error_data(constant._replace(message=error.words or constant.message))
        except MalformedRequest as error:
            return self._invalid(what, error)
        except Exception as error:  # foreign code calls us here: a bug of ours must not tell the server anything
            self._log(f"a request ({what}) failed inside this program: {type(error).__name__}")
        return error_data(NOT_ANSWERED)

    async def _looked_at(
        self, what: str, context: ClientRequestContext, message: "_Message", put: Callable[[], Awaitable[ResultT]]
    ) -> ResultT | types.ErrorData:
        """Put a question; one that is malformed is shown to a person where such are let in, to be refused."""
        try:
            return await put()
        except MalformedRequest as error:
            if not self._server.lets_in_malformed:
                raise
            self._log(f"let in a malformed request ({what}): {error.message}")
            read = partial(malformed_reply, error, what)
            asked, origin = malformed(error, SERVER_REQUESTS[what], message.as_sent), self._origin(context, message)
            post = self._post(context, origin)
            deliver = partial(_delivered, post, read)
            outcome = await self._admission.inquire(asked, origin, self._why_withdrawn(message.arrival), deliver)
            if outcome.reply is not None and outcome.reply.action != "decline":
                self._invalid(what, error)
            return cast("ResultT | types.ErrorData", post.rest(lambda: read(outcome)))

    def _invalid(self, what: str, error: MalformedRequest) -> types.ErrorData:
        """Return the refusal of a malformed request, and let the person find it."""
        self._log(f"refused a request ({what}): {error.message}")
        self._server.note_invalid(SERVER_REQUESTS[what], error.message)
        return refusal(error, what)

    @contextmanager
    def _belongs_to_its_call(self, arrival: Arrival | None) -> Iterator[None]:
        """Let `withdraw` end the block in the legacy era; in the modern one, the call ends it itself."""
        call, _ = self._call(arrival)
        with anyio.CancelScope() as scope:
            if call is None or self._server.modern:
                yield
                return
            self._belonging[call.id].add(scope)
            try:
                yield
            finally:
                if belonging := self._belonging.get(call.id):
                    belonging.discard(scope)
                    if not belonging:
                        del self._belonging[call.id]

    def _post(self, context: ClientRequestContext, origin: Origin) -> Post:
        return Post(context.request_id, origin, self._send, self._note_lateness)

    def _note_lateness(self, late: float) -> None:
        """Count an answer that goes to a server which may have given up: it says nothing about it itself."""
        self._server.late_answers += 1
        self._log(f"it is answered {late:.0f} s after it may have given up")

    def _log(self, text: str) -> None:
        self._server.log.add("event", text)
        self._changed(self._server)

    def _message(self, context: ClientRequestContext) -> "_Message":
        """Return the message that the SDK has handed over, as it came."""
        arrival = self._arrivals.get(context.request_id)
        if arrival is None:  # it was cancelled, and is forgotten: there is nobody to answer
            return _Message("", None, "")
        return _Message(arrival.method, arrival.take_params(), "", arrival)

    def _origin(self, context: ClientRequestContext, message: "_Message") -> Origin:
        server = self._server
        call, presumed = self._call(message.arrival)
        among = tuple(server.calls.values()) if call is None else ()
        tools = tuple(dict.fromkeys(one.tool for one in among))
        round_ = current_group.get()
        return Origin(
            server=server.name,
            protocol_version=server.protocol_version or "",
            modern=server.modern,
            request_id=context.request_id,
            tool=call.tool if call else tools[0] if len(tools) == 1 else None,
            presumed=presumed or len(tools) == 1,
            unsolicited=not server.calls,
            raw=message.raw,
            group=round_[0] if round_ else None,
            learned=learned(server, context.meta or {}),
            deadline=deadline(server, context.meta or {}, has_state=round_has_state.get()),
            call=call.id if call else None,
            among=tuple(one.id for one in among),
            tools=tools,
        )

    def _call(self, arrival: Arrival | None) -> tuple[Call | None, bool]:
        """Return the call of ours that a question belongs to, and whether that is only presumed."""
        call = current_call.get() if self._server.modern else arrival.call if arrival is not None else None
        if call is not None:
            return call, False
        call = self._server.only_call
        return call, call is not None

    def _why_withdrawn(self, arrival: Arrival | None) -> WhyWithdrawn:
        round_ = current_group.get()

        def why() -> str:
            if arrival is not None and arrival.cancelled:
                return "the server cancelled it"
            ended = self._ended()
            if ended:
                return ended
            return round_[1]() if round_ else "the call that it belonged to ended"

        return why


async def _delivered(post: Post, read: Callable[[OutcomeT], Answer | dict[str, Json]], outcome: OutcomeT) -> Receipt:
    """Send what an outcome says."""
    return await post.send(read(outcome))


async def _nothing_to_send(outcome: InquiryOutcome) -> Receipt:
    """Send nothing: the server does not wait for an answer."""
    return Receipt()

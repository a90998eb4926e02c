"""
Speaks the transport before Streamable HTTP, HTTP+SSE: one stream on which all comes, and an address to post to.

https://modelcontextprotocol.io/specification/2024-11-05/basic/transports#http-with-sse
"""

import asyncio
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

import anyio.abc
import httpx2
from mcp.shared._httpx_utils import sse_within_origin

from .http_client import HttpCaller
from .http_errors import words_for, words_for_status
from .lenient_bodies import carries_message
from .push_stream import ENDED, Received


class OlderStream:
    """
    The stream of one conversation.

    Attributes:
        endpoint: Where messages are posted, which the server says first; empty until then.
    """

    def __init__(
        self, caller: HttpCaller, url: str, most: int, received: Received, ended: Callable[[str], None]
    ) -> None:
        """
        Listen to nothing yet.

        Args:
            most: Bytes of one event.
            ended: Told why the stream ended, and with it the session.
        """
        self._caller = caller
        self._url = url
        self._most = most
        self._received = received
        self._ended = ended
        self.endpoint = ""

    async def open(self, tasks: anyio.abc.TaskGroup, name: str) -> str:
        """
        Begin to listen, and return why that is not possible; an empty string once there is somewhere to post to.

        Args:
            tasks: Where it goes on listening.
            name: Of the task.
        """
        endpoint: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        listening = asyncio.create_task(self._listen(endpoint), name=name)
        tasks.start_soon(self._follow, listening)
        await asyncio.wait((listening, endpoint), return_when=asyncio.FIRST_COMPLETED)
        if not endpoint.done():
            return listening.result()
        self.endpoint = endpoint.result()
        return ""

    async def _follow(self, listening: "asyncio.Task[str]") -> None:
        try:
            reason = await listening
        finally:
            listening.cancel()
        if self.endpoint:  # the session is its stream
            self._ended(reason)

    async def _listen(self, endpoint: "asyncio.Future[str]") -> str:
        """Listen until the stream ends, and return why it did."""
        try:
            async with sse_within_origin(self._caller, self._url, max_event_size=self._most) as events:
                if not events.response.is_success:
                    return words_for_status(events.response.status_code)
                async for event in events:
                    if event.event == "endpoint" and not endpoint.done():
                        where = urljoin(self._url, event.data)
                        if urlsplit(where)[:2] != urlsplit(self._url)[:2]:  # our headers were meant for this origin
                            return "it wants its messages at another origin"
                        endpoint.set_result(where)
                    elif carries_message(event):
                        await self._received(event.data)
                return ENDED
        except httpx2.SSEError:
            return "what it answered is not a stream of events"
        except httpx2.TransportError as error:
            return words_for(error)

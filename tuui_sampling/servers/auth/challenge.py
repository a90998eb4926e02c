"""
Signs in only where a server asks for it, and makes no request wait for the answer to another.

The SDK's OAuth client holds a lock from before a request until the headers of its response have come. A server that
sends those late (with its answer in JSON, say) would keep everything else from leaving: the answer to what it asked
meanwhile, a cancel, a second call. Here the SDK's client is asked before a request only while it has something to do
(reading what was kept, refreshing a token) and after one only when the server has refused it; requests themselves pass
outside of its lock. A sign-in that is under way keeps only those waiting that are refused, too.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing

import httpx2
from mcp.client.auth import OAuthClientProvider

HEADER = "Authorization"

Flow = AsyncGenerator[httpx2.Request, httpx2.Response]


class WhereAsked(httpx2.Auth):
    """The SDK's OAuth client, held only as long as it has something to do."""

    def __init__(self, provider: OAuthClientProvider) -> None:
        """Sign in by way of the SDK's client, which nobody else may use."""
        self._provider = provider
        self._is_known = False

    async def async_auth_flow(self, request: httpx2.Request) -> Flow:
        """Send a request with the tokens that there are; sign in when it is refused, and send it again."""
        refused: httpx2.Response | None = None
        for _ in range(2):
            sent_with = request.headers.get(HEADER)
            if refused is not None or self._has_something_to_do:
                flow = self._provider.async_auth_flow(request)
                async with aclosing(_held(flow, request, sent_with, refused)) as steps:
                    async for step in steps:
                        step.response = yield step.request
            elif self._provider.context.is_token_valid() and (tokens := self._provider.context.current_tokens):
                request.headers[HEADER] = f"Bearer {tokens.access_token}"
            self._is_known = True
            refused = yield request
            if not _wants_sign_in(refused):
                return

    @property
    def _has_something_to_do(self) -> bool:
        """Whether what was kept has not been read yet, or a token has to be refreshed."""
        context = self._provider.context
        return not self._is_known or (not context.is_token_valid() and context.can_refresh_token())


class _Step:
    """One request of the sign-in's own; whoever sends it puts the response here."""

    def __init__(self, request: httpx2.Request) -> None:
        self.request = request
        self.response: httpx2.Response | None = None


async def _held(
    flow: Flow, request: httpx2.Request, sent_with: str | None, refused: httpx2.Response | None
) -> AsyncGenerator[_Step, None]:
    """
    Lead the SDK's flow up to where the request itself is to be sent, which is not done in here.

    A request that was refused while somebody else has signed in has got other tokens by then: it is only sent again.
    """
    try:
        outgoing = await anext(flow)
        while True:
            if outgoing is request:
                if refused is None or request.headers.get(HEADER) != sent_with:
                    return
                response, refused = refused, None
            else:
                yield (step := _Step(outgoing))
                assert step.response is not None
                response = step.response
            outgoing = await flow.asend(response)
    except StopAsyncIteration:
        return
    finally:
        await flow.aclose()


def _wants_sign_in(response: httpx2.Response) -> bool:
    """Whether a server wants a sign-in, or one that allows more."""
    challenge = response.headers.get("WWW-Authenticate", "")
    return response.status_code == 401 or (response.status_code == 403 and "insufficient_scope" in challenge)

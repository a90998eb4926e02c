"""
The sign-in that a server which is called over HTTP may ask for: the SDK's OAuth client, with a person and a memory.

https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization. What is discovered, registered, checked
and exchanged is the SDK's. Ours is what is around it: whoever sits at the front end is told which page to open before
anything opens, the browser comes back to `loopback.py`, and tokens outlive the program in `vault.py`, so that
they are used and refreshed without asking again.
"""

import asyncio
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from mcp.client.auth import OAuthClientProvider, OAuthFlowError, OAuthRegistrationError, OAuthTokenError
from mcp.client.auth.oauth2 import OAuthContext
from mcp.shared.auth import (
    AuthorizationCodeResult,
    OAuthClientInformationFull,
    OAuthClientMetadata,
    OAuthMetadata,
    OAuthToken,
)
from pydantic import AnyUrl, BaseModel, ValidationError

from ...sampling.errors import ServerError, causes
from .callback_server import ADDRESS, Loopback, free_port, redirect_uri
from .challenge import WhereAsked
from .token_store import Vault, open_vault

SIGN_IN_SECONDS = 600.0
"""Seconds that a person has to sign in."""

TRY_AGAIN = "start the server again to try once more"

ShowPage = Callable[[str | None], None]
"""Shows the person which page to sign in on; None when that is over. Raises `ServerError` where nobody can be told."""


class Kept(BaseModel):
    """
    What is kept of a sign-in.

    Attributes:
        expires_at: Seconds since 1970; the token itself says only how long it lasts from when it was given.
        client: What the authorization server knows us as.
        metadata: Where to refresh.
    """

    tokens: OAuthToken | None = None
    expires_at: float | None = None
    client: OAuthClientInformationFull | None = None
    metadata: OAuthMetadata | None = None


class SignIn:
    """Signs in at one server's authorization server."""

    def __init__(
        self,
        url: str,
        show_page: ShowPage,
        *,
        vault: Vault | None = None,
        client_metadata_url: str | None = None,
    ) -> None:
        """
        Know where to sign in; nothing is read or called yet.

        Args:
            vault: Where tokens are kept; the best place there is when left out.
            client_metadata_url: Where a document describes this client, for servers that want that instead of a
                registration.
        """
        self._url = url
        self._show_page = show_page
        self._vault = vault
        self._kept = Kept()
        self._port = 0
        self._loopback: Loopback | None = None
        self._provider = OAuthClientProvider(
            url,
            OAuthClientMetadata(
                client_name="tuui-sampling",
                redirect_uris=[AnyUrl(f"http://{ADDRESS}/")],  # until the port is known
                grant_types=["authorization_code", "refresh_token"],
                response_types=["code"],
                application_type="native",
            ),
            storage=self,
            redirect_handler=self._visit,
            callback_handler=self._came_back,
            client_metadata_url=client_metadata_url,
        )
        self.authorization = WhereAsked(self._provider)

    @property
    def _context(self) -> OAuthContext:
        return self._provider.context

    # --- the memory: the SDK's `TokenStorage` ---

    async def get_tokens(self) -> OAuthToken | None:
        """Return the tokens of the last sign-in. The SDK calls this first, before anything else is needed."""
        self._kept = _parsed(await asyncio.to_thread(self._read))
        registered = _port_of(self._kept.client)
        self._port = await asyncio.to_thread(free_port, registered)
        if registered not in (None, self._port):
            self._kept.client = None  # it may come back to its own port only, which is taken
        self._context.client_metadata.redirect_uris = [AnyUrl(redirect_uri(self._port))]
        self._context.oauth_metadata = self._kept.metadata
        self._context.token_expiry_time = self._kept.expires_at
        return self._kept.tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        """Return what the authorization server knows us as."""
        return self._kept.client

    async def set_tokens(self, tokens: OAuthToken) -> None:
        """Keep new tokens."""
        self._kept.tokens = tokens
        self._kept.expires_at = self._context.token_expiry_time
        self._kept.metadata = self._context.oauth_metadata
        await asyncio.to_thread(self._write)

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        """Keep what the authorization server knows us as."""
        self._kept.client = client_info
        await asyncio.to_thread(self._write)

    def _read(self) -> str | None:
        self._vault = self._vault or open_vault()
        return self._vault.read(self._url)

    def _write(self) -> None:
        assert self._vault
        try:
            self._vault.write(self._url, self._kept.model_dump_json(exclude_none=True))
        except OSError as error:
            message = f"the sign-in could not be kept: {error.strerror or type(error).__name__}"
            raise ServerError(message, hint="check the state folder of this program") from error

    # --- the person ---

    async def _visit(self, page: str) -> None:
        """Listen for the browser, and then show the person which page to open in it."""
        state = parse_qs(urlsplit(page).query).get("state", [""])[-1]
        self._loopback = Loopback(state)
        try:
            await self._loopback.listen(self._port)
            self._show_page(page)
        except OSError as error:
            raise ServerError("the port for the sign-in was taken meanwhile", hint=TRY_AGAIN) from error
        except BaseException:
            self._loopback.close()
            raise

    async def _came_back(self) -> AuthorizationCodeResult:
        assert self._loopback
        try:
            async with asyncio.timeout(SIGN_IN_SECONDS):
                returned = await self._loopback.returned
        except TimeoutError:
            minutes = SIGN_IN_SECONDS / 60
            raise ServerError(f"nobody signed in within {minutes:g} minutes", hint=TRY_AGAIN) from None
        finally:
            self._loopback.close()
            self._show_page(None)
        if not returned.code:
            why = f": {returned.error[:100]}" if returned.error else ""
            raise ServerError(f"the sign-in was refused{why}", hint=TRY_AGAIN)
        return AuthorizationCodeResult(code=returned.code, state=returned.state, iss=returned.issuer)


def permanent_failure(error: BaseException | None) -> ServerError | None:
    """Return what a new start would not mend, in words, if that is why a conversation ended."""
    for cause in causes(error) if error else ():
        if isinstance(cause, ServerError):
            return cause
        if isinstance(cause, OAuthRegistrationError):
            return ServerError(
                "it wants a sign-in, and this program could not be registered for one",
                hint='put a token of yours into its headers, such as Authorization = "Bearer ${TOKEN}"',
            )
        if isinstance(cause, OAuthTokenError):
            return ServerError("no tokens were given for the sign-in", hint=TRY_AGAIN)
        if isinstance(cause, OAuthFlowError):
            return ServerError(f"the sign-in failed: {str(cause).partition(chr(10))[0][:300]}", hint=TRY_AGAIN)
    return None


def _parsed(text: str | None) -> Kept:
    """Read what was kept; what can't be understood is nothing."""
    try:
        value: Any = json.loads(text) if text else {}
        return Kept.model_validate(value)
    except (ValueError, RecursionError, ValidationError):
        return Kept()


def _port_of(client: OAuthClientInformationFull | None) -> int | None:
    """Return the port that we were registered with."""
    uris = client.redirect_uris if client and client.redirect_uris else []
    return next((uri.port for uri in uris if uri.host == ADDRESS), None)

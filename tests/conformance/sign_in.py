"""
How the conformance suite's client signs in, with what the suite hands it instead of a person and a memory.

https://github.com/modelcontextprotocol/conformance: the variable `MCP_CONFORMANCE_CONTEXT` holds a client that is
registered already, or the key of one that needs no person.
"""

import json
from collections.abc import Mapping
from typing import Any

import httpx2
from mcp.client.auth import TokenStorage
from mcp.client.auth.extensions.client_credentials import (
    ClientCredentialsOAuthProvider,
    PrivateKeyJWTOAuthProvider,
    SignedJWTParameters,
)
from mcp.client.auth.extensions.identity_assertion import IdentityAssertionOAuthProvider
from mcp.client.auth.utils import build_protected_resource_metadata_discovery_urls
from mcp.shared.auth import OAuthClientInformationFull

from tuui_sampling.servers.auth.oauth import Kept, ShowPage, SignIn
from tuui_sampling.servers.connection import Authorize
from tuui_sampling.servers.transport.http_client import CALL_SECONDS

CLIENT_METADATA_URL = "https://conformance-test.local/client-metadata.json"
"""What the suite expects a client to name that is described by a document."""


class MemoryVault:
    """Keeps what is kept for as long as one scenario runs."""

    def __init__(self, text: str | None = None) -> None:
        self._text = text

    def read(self, url: str) -> str | None:
        """Return what was kept."""
        return self._text

    def write(self, url: str, text: str) -> None:
        """Keep a text."""
        self._text = text


async def authorize_with(scenario: str, url: str, context: str | None) -> Authorize:
    """
    Return what signs in for one scenario.

    Args:
        url: The suite's server.
        context: The JSON that the suite gave.
    """
    given: Mapping[str, Any] = json.loads(context) if context else {}
    chosen = await _without_person(scenario, url, given)

    def authorize(url: str, show_page: ShowPage) -> httpx2.Auth:
        vault = MemoryVault(_registered(given))
        return chosen or SignIn(url, show_page, vault=vault, client_metadata_url=CLIENT_METADATA_URL).authorization

    return authorize


async def _without_person(scenario: str, url: str, given: Mapping[str, Any]) -> httpx2.Auth | None:
    """Return what signs in where the scenario has no person."""
    match scenario:
        case "auth/client-credentials-basic":
            return ClientCredentialsOAuthProvider(url, _storage(), given["client_id"], given["client_secret"])
        case "auth/client-credentials-jwt":
            key = SignedJWTParameters(
                issuer=given["client_id"],
                subject=given["client_id"],
                signing_algorithm=given.get("signing_algorithm", "ES256"),
                signing_key=given["private_key_pem"],
            )
            return PrivateKeyJWTOAuthProvider(url, _storage(), given["client_id"], key.create_assertion_provider())
        case "auth/enterprise-managed-authorization" | "auth/cross-app-access-complete-flow":
            return await _of_enterprise(url, given)
    return None


async def _of_enterprise(url: str, given: Mapping[str, Any]) -> httpx2.Auth:
    """Return what signs in with an enterprise's word for its person, which the SDK leaves to the program to get."""
    async with httpx2.AsyncClient(timeout=CALL_SECONDS) as caller:
        resource = (await caller.get(build_protected_resource_metadata_discovery_urls(None, url)[0])).json()

    async def fetch_assertion(audience: str, resource: str) -> str:
        # https://www.rfc-editor.org/rfc/rfc8693#section-2.1
        asked = {
            "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
            "requested_token_type": "urn:ietf:params:oauth:token-type:id-jag",
            "subject_token": given["idp_id_token"],
            "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
            "audience": audience,
            "resource": resource,
            "client_id": given["idp_client_id"],
        }
        async with httpx2.AsyncClient(timeout=CALL_SECONDS) as caller:
            answer = await caller.post(given["idp_token_endpoint"], data=asked)
        token: str = answer.json()["access_token"]
        return token

    return IdentityAssertionOAuthProvider(
        url,
        _storage(),
        given["client_id"],
        given["client_secret"],
        issuer=resource["authorization_servers"][0],
        assertion_provider=fetch_assertion,
        token_endpoint_auth_method="client_secret_basic",
    )


def _storage() -> TokenStorage:
    """Return a memory of its own for a client that needs no person."""
    return SignIn("", lambda _page: None, vault=MemoryVault())


def _registered(given: Mapping[str, Any]) -> str | None:
    """Return a client that is registered already as what is kept of a sign-in."""
    if "client_id" not in given:
        return None
    secret = given.get("client_secret")
    method = "client_secret_basic" if secret else "none"
    client = OAuthClientInformationFull(
        client_id=given["client_id"], client_secret=secret, token_endpoint_auth_method=method
    )
    return Kept(client=client).model_dump_json(exclude_none=True)

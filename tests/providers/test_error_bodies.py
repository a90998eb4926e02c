"""What a refusal says of itself, also where its body breaks off or its status is the proxy's."""

import ssl
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from tests.support.models.model_server import Body, ModelServer, fails, refuses
from tests.support.models.wires import CHAT, WIRES, Wire, ask, collect
from tuui_sampling.config.network import Network
from tuui_sampling.sampling.errors import ModelError, ModelErrorKind

each_wire = pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.name)

BROKEN: dict[str, Callable[[], tuple[dict[str, str], Body]]] = {
    "cut off": lambda: ({}, Body([b'{"error": {"mess', httpx2.RemoteProtocolError("incomplete chunked read")])),
    "reset": lambda: ({}, Body([httpx2.ReadError("reset")])),
    "not the encoding that it names": lambda: ({"content-encoding": "gzip"}, Body([b"not gzip"])),
}


async def failure(wire: Wire, server: ModelServer) -> ModelError:
    """Return the error of a call."""
    with pytest.raises(ModelError) as caught:
        await collect(wire.make(server), ask())
    return caught.value


@each_wire
async def test_a_status_is_known_although_its_body_can_not_be_read(wire: Wire) -> None:
    for name, make in BROKEN.items():
        for status, kind in ((500, ModelErrorKind.OVERLOADED), (401, ModelErrorKind.AUTHENTICATION)):
            headers, body = make()
            answer = httpx2.Response(status, headers=headers, stream=body)
            error = await failure(wire, ModelServer(lambda request, answer=answer: answer))  # type: ignore[misc]
            assert (error.kind, f"({status})" in error.message) == (kind, True), name


@each_wire
async def test_the_whole_body_is_looked_at_for_words(wire: Wire) -> None:
    body = {"error": "invalid_token", "error_description": "expired at noon"}
    assert "It says: invalid_token: expired at noon" in (await failure(wire, refuses(401, body))).message


async def test_a_proxy_that_wants_a_password_is_blamed_and_not_the_host() -> None:
    provider = CHAT.make(refuses(407))
    provider.route = Network({"HTTPS_PROXY": "http://me:hunter2@proxy.example:3128"}).route("https://models.example/v1")
    with pytest.raises(ModelError) as caught:
        await collect(provider, ask())
    assert caught.value.kind is ModelErrorKind.NETWORK
    assert caught.value.message == "The proxy proxy.example:3128 did not accept us (407)."
    assert "HTTPS_PROXY" in caught.value.hint
    assert "hunter2" not in str(caught.value)


async def test_certificates_that_do_not_fit_are_blamed_by_their_variable(tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.touch()
    for environ, words in (
        ({"SSL_CERT_FILE": str(bundle)}, "Check SSL_CERT_FILE: no other certificates than those it names are trusted."),
        ({}, "Certificates of your own go into SSL_CERT_FILE."),
    ):
        unknown = httpx2.ConnectError("verify failed")
        unknown.__cause__ = ssl.SSLCertVerificationError("self-signed certificate")
        provider = CHAT.make(fails(unknown))
        provider.route = Network(environ).route("https://models.example/v1")
        with pytest.raises(ModelError, match="could not be verified") as caught:
            await collect(provider, ask())
        assert caught.value.hint.endswith(words)
        assert not caught.value.is_transient


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("30", "30 s"),
        ("0.2", "1 s"),
        ("299", "299 s"),
        ("601", "11 minutes"),
        ("86400", "24 hours"),
        ("1e9", "11,575 days"),
    ],
)
async def test_a_time_to_wait_is_said_in_a_fitting_unit(value: str, words: str) -> None:
    error = await failure(CHAT, refuses(429, headers={"retry-after": value}))
    assert error.hint == f"Try again in {words}."


async def test_a_status_that_is_not_a_redirect_is_not_called_one() -> None:
    assert "(304)" in (await failure(CHAT, refuses(304))).message
    assert "another address" not in (await failure(CHAT, refuses(304))).message

"""What keeps a call from getting through, or breaks it off, in words: names, connections, TLS, proxies, timeouts."""

import socket
import ssl

from ..sampling.errors import ModelError, ModelErrorKind, causes
from ..sampling.visible import clean_text
from .credentials import Callee

HUNG_UP = "disconnected without sending a response"
"""What the HTTP library says of it; it has no exception for it alone."""


def timed_out(callee: Callee, *, streaming: bool, words: str = "") -> ModelError:
    """Return the failure of a call that nothing came from for too long; `words` are the provider's own."""
    what = "stopped writing" if streaming else "did not answer"
    why = f" in time.{words}" if words else f": nothing came for {callee.timeout:g} s."
    return ModelError(
        ModelErrorKind.TIMEOUT,
        f"{callee.host} {what}{why}",
        hint="Try again, or set a longer timeout for this model in the configuration.",
        is_transient=not streaming,
    )


def refused_by_proxy(callee: Callee, words: str) -> ModelError:
    """Return the failure of a call that the proxy itself has answered: it wants to know who we are."""
    return ModelError(
        ModelErrorKind.NETWORK,
        f"The proxy {callee.route.proxy_host} did not accept us (407).{words}",
        hint=f"Put the user and the password that it wants into {callee.route.variable}.",
        is_transient=False,
    )


def from_network(error: BaseException, callee: Callee, *, streaming: bool) -> ModelError:
    """
    Return the failure of a call that broke below HTTP, in words.

    Args:
        streaming: The answer had begun.
    """
    import httpx2

    chain = tuple(causes(error))

    def caused_by(*kinds: type[BaseException]) -> bool:
        return any(isinstance(cause, kinds) for cause in chain)

    if callee.route.proxy and caused_by(httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError):
        return _without_proxy(chain, callee)
    if caused_by(httpx2.TimeoutException):
        return timed_out(callee, streaming=streaming)
    if caused_by(httpx2.UnsupportedProtocol, httpx2.InvalidURL):
        return ModelError(
            ModelErrorKind.CONFIGURATION,
            "The base_url of this model can't be called.",
            hint="It should look like http://127.0.0.1:8080/v1.",
        )
    if streaming:
        return ModelError(
            ModelErrorKind.CUT_OFF,
            f"The answer of {callee.host} broke off, or could not be understood.",
            hint="What arrived is kept. Ask again, or edit it.",
        )
    return _without_answer(chain, callee)


def _without_proxy(chain: tuple[BaseException, ...], callee: Callee) -> ModelError:
    """Return the failure of a call that did not get past the proxy: the host behind it is not to blame."""
    proxy, variable = callee.route.proxy_host, callee.route.variable
    words = f"The proxy {proxy} could not be reached."
    for kind, said in (
        (ConnectionRefusedError, f"Nothing listens at the proxy {proxy}."),
        (socket.gaierror, f"The name of the proxy {proxy} could not be resolved."),
        (ssl.SSLError, f"No secure connection through the proxy {proxy} to {callee.host}."),
    ):
        if any(isinstance(cause, kind) for cause in chain):
            words = said
            break
    else:
        refused = next((text for cause in chain if type(cause).__name__ == "ProxyError" and (text := str(cause))), "")
        if refused:
            words = f"The proxy {proxy} did not let us through to {callee.host}. It says: {clean_text(refused)[:100]}"
    return ModelError(
        ModelErrorKind.NETWORK,
        words,
        hint=f"Check {variable}, or name {callee.host} in NO_PROXY.",
    )


def _without_answer(chain: tuple[BaseException, ...], callee: Callee) -> ModelError:
    """Return the failure of a call that nothing came back from."""
    if any(HUNG_UP in str(cause) for cause in chain):
        return ModelError(
            ModelErrorKind.NETWORK,
            f"{callee.host} hung up without an answer.",
            hint="Try again; if it stays so, look whether the model's server is well.",
        )
    for kind, words, hint in _no_connection(callee.route.certificates_variable if callee.route.certificates else ""):
        if any(isinstance(cause, kind) for cause in chain):
            lasting = kind in (ssl.SSLCertVerificationError, ssl.SSLError)
            return ModelError(
                ModelErrorKind.NETWORK, words.format(host=callee.host), hint=hint, is_transient=not lasting
            )
    return ModelError(
        ModelErrorKind.NETWORK,
        f"The connection to {callee.host} failed.",
        hint="Check the network connection, and try again.",
    )


def _no_connection(certificates: str) -> tuple[tuple[type[BaseException], str, str], ...]:
    """
    Return what may keep a call from getting through, the closest cause first, with its words and a hint.

    Args:
        certificates: The variable that names the certificates which alone are trusted; empty for the system's own.
    """
    import httpx2

    return (
        (
            ssl.SSLCertVerificationError,
            "The certificate of {host} could not be verified.",
            f"Check {certificates}: no other certificates than those it names are trusted."
            if certificates
            else "Check base_url, the clock and the proxy. Certificates of your own go into SSL_CERT_FILE.",
        ),
        (
            ssl.SSLError,
            "No secure connection to {host}.",
            "Check whether base_url should begin with http:// or https://.",
        ),
        (
            socket.gaierror,
            "The name {host} could not be resolved.",
            "Check base_url and the network connection.",
        ),
        (
            httpx2.ProxyError,
            "The proxy did not let us through to {host}.",
            "Check HTTPS_PROXY and its like.",
        ),
        (
            ConnectionRefusedError,
            "Nothing listens at {host}.",
            "Check that the model's server is running, and base_url.",
        ),
        (
            httpx2.ProtocolError,
            "{host} answered with something that is not HTTP.",
            "Check base_url in the configuration.",
        ),
    )

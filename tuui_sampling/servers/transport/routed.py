"""
Takes each call to its host by the route that the environment names for it: proxy, certificates.

A sign-in calls other hosts than the server's own, so the route is looked up for each call. The HTTP library's own
reading of the environment fails for all hosts where one variable is broken, and blames the host where a proxy is dead.
"""

import ssl

import httpx2

from ...config.network import Network, Route
from ...sampling.errors import causes

CONNECTING = (httpx2.ConnectError, httpx2.ConnectTimeout)


class NoRoute(httpx2.TransportError):
    """A host can't be reached by its route; the text names the variable, and may be shown."""


class RoutedTransport(httpx2.AsyncBaseTransport):
    """Sends each request by its route; connections of one route are shared."""

    def __init__(self, network: Network, limits: httpx2.Limits) -> None:
        """Open nothing yet."""
        self._network = network
        self._limits = limits
        self._transports: dict[Route, httpx2.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """
        Send a request.

        Raises:
            NoRoute: Its route can't be taken.
        """
        route = self._network.route(str(request.url))
        if route.problem:
            raise NoRoute(route.problem)
        try:
            return await self._transport(route).handle_async_request(request)
        except CONNECTING as error:
            if route.certificates and any(isinstance(one, ssl.SSLCertVerificationError) for one in causes(error)):
                raise NoRoute(f"its certificate is not among those of {route.certificates_variable}") from error
            if route.proxy:
                raise NoRoute(f"the proxy {route.proxy_host} ({route.variable}) could not be reached") from error
            raise

    async def aclose(self) -> None:
        """Close every connection."""
        for transport in self._transports.values():
            await transport.aclose()

    def _transport(self, route: Route) -> httpx2.AsyncHTTPTransport:
        if route not in self._transports:
            try:
                trusted = route.trusted()
            except OSError as error:
                words = f"the certificates that {route.certificates_variable} names can't be read"
                raise NoRoute(words) from error
            self._transports[route] = httpx2.AsyncHTTPTransport(
                verify=trusted if trusted is not None else True,
                trust_env=False,
                limits=self._limits,
                proxy=route.proxy,
            )
        return self._transports[route]

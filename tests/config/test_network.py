"""Which proxy and which certificates a host is reached with, and what is said of variables that can't be used."""

import ssl
import sys
from pathlib import Path

import pytest

from tuui_sampling.config import network
from tuui_sampling.config.network import Network, Route

PROXY = "http://127.0.0.1:3128"
VIA = "via proxy 127.0.0.1:3128 (HTTP_PROXY)"
BOTH = {"HTTP_PROXY": PROXY, "HTTPS_PROXY": "http://secure:8080"}


@pytest.mark.parametrize(
    ("environ", "url", "words"),
    [
        ({}, "https://models.example/v1", ""),
        (BOTH, "http://models.example/v1", "via proxy 127.0.0.1:3128 (HTTP_PROXY)"),
        (BOTH, "https://models.example/v1", "via proxy secure:8080 (HTTPS_PROXY)"),
        ({"ALL_PROXY": PROXY}, "https://models.example", "via proxy 127.0.0.1:3128 (ALL_PROXY)"),
        ({"all_proxy": PROXY}, "http://models.example", "via proxy 127.0.0.1:3128 (all_proxy)"),
        ({"http_proxy": "", "HTTP_PROXY": PROXY}, "http://models.example", ""),
        ({"http_proxy": "host:1", "HTTP_PROXY": PROXY}, "http://models.example", "via proxy host:1 (http_proxy)"),
        ({"HTTP_PROXY": PROXY, "REQUEST_METHOD": "GET"}, "http://models.example", ""),
        ({"HTTP_PROXY": "http://me:pass@[::1]:9"}, "http://models.example", "via proxy [::1]:9 (HTTP_PROXY)"),
        (BOTH | {"NO_PROXY": "*"}, "http://models.example", ""),
        (BOTH | {"NO_PROXY": "models.example"}, "http://models.example", ""),
        (BOTH | {"NO_PROXY": "example"}, "http://models.example", ""),
        (BOTH | {"NO_PROXY": ".models.example"}, "http://eu.models.example", ""),
        (BOTH | {"NO_PROXY": "*.example"}, "http://models.example", ""),
        (BOTH | {"NO_PROXY": "dels.example"}, "http://models.example", VIA),
        (BOTH | {"no_proxy": "localhost, 127.0.0.1"}, "http://127.0.0.1:8080/v1", ""),
        (BOTH | {"NO_PROXY": "10.0.0.0/8"}, "http://10.1.2.3/v1", ""),
        (BOTH | {"NO_PROXY": "10.0.0.0/8"}, "http://11.1.2.3/v1", "via proxy 127.0.0.1:3128 (HTTP_PROXY)"),
        (BOTH | {"NO_PROXY": "::1"}, "http://[::1]:8080/v1", ""),
        (BOTH | {"NO_PROXY": "models.example:81"}, "http://models.example", VIA),
        (BOTH | {"NO_PROXY": "models.example:80"}, "http://models.example", ""),
        (BOTH | {"NO_PROXY": "https://models.example"}, "https://models.example", ""),
        (BOTH | {"NO_PROXY": "https://models.example"}, "http://models.example", VIA),
        (BOTH | {"NO_PROXY": "[::1"}, "http://models.example", VIA),
    ],
)  # fmt: skip
def test_route(environ: dict[str, str], url: str, words: str) -> None:
    route = Network(environ).route(url)
    assert (route.words, route.problem) == (words, "")


@pytest.mark.parametrize(
    ("environ", "url", "problem"),
    [
        ({"ALL_PROXY": "socks://127.0.0.1:1080"}, "https://models.example", "ALL_PROXY begins with socks://"),
        ({"HTTPS_PROXY": "ftp://127.0.0.1"}, "https://models.example", "HTTPS_PROXY begins with ftp://"),
        ({"HTTPS_PROXY": "http://"}, "https://models.example", "HTTPS_PROXY is not the address of a proxy"),
        ({"HTTPS_PROXY": "http://x:port"}, "https://models.example", "HTTPS_PROXY is not the address of a proxy"),
        ({"SSL_CERT_FILE": "/nonexistent.pem"}, "https://models.example", "SSL_CERT_FILE names /nonexistent.pem"),
        ({"SSL_CERT_DIR": "/nonexistent"}, "https://models.example", "SSL_CERT_DIR names /nonexistent"),
    ],
)
def test_a_broken_variable_is_named_where_it_concerns_the_host(environ: dict[str, str], url: str, problem: str) -> None:
    assert problem in Network(environ).route(url).problem
    assert [variable for variable, _ in Network(environ).problems()] == list(environ)
    elsewhere = Network({**environ, "NO_PROXY": "127.0.0.1"}).route("http://127.0.0.1:8195/v1")
    assert (elsewhere.problem, elsewhere.words) == ("", "")


def test_socks_needs_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    environ = {"ALL_PROXY": "socks5://127.0.0.1:1080"}
    monkeypatch.setattr(network, "SOCKS_PACKAGE", "no_such_package")
    assert "tuui-sampling[socks]" in Network(environ).route("https://models.example").problem
    monkeypatch.setattr(network, "SOCKS_PACKAGE", "json")
    assert Network(environ).route("https://models.example").words == "via proxy 127.0.0.1:1080 (ALL_PROXY)"


def test_passwords_are_never_in_words() -> None:
    network = Network({"HTTPS_PROXY": "http://me:hunter2@proxy:3128"})
    route = network.route("https://models.example")
    assert route.secrets == ("hunter2",)
    assert "hunter2" not in f"{route.words} {route!r} {route.proxy_host} {list(network.settings)}"


def test_certificates_are_loaded_and_told(tmp_path: Path) -> None:
    bundle = ssl.get_default_verify_paths().cafile or next(iter(Path(sys.prefix).rglob("cacert.pem")), None)
    if bundle is None:
        pytest.skip("there are no certificates here")
    route = Network({"SSL_CERT_FILE": str(bundle)}).route("https://models.example")
    assert (route.words, route.certificates_variable) == ("", "SSL_CERT_FILE")
    proxied = Network({"SSL_CERT_FILE": str(bundle), "ALL_PROXY": PROXY}).route("https://models.example")
    assert proxied.words == "via proxy 127.0.0.1:3128 (ALL_PROXY), certificates of SSL_CERT_FILE"
    assert isinstance(route.trusted(), ssl.SSLContext)
    assert Network({"SSL_CERT_FILE": str(bundle)}).route("http://models.example") == Route()
    broken = tmp_path / "broken.pem"
    broken.write_text("no certificate")
    (problem,) = Network({"SSL_CERT_FILE": str(broken)}).problems()
    assert problem[0] == "SSL_CERT_FILE"

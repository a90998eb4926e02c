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
        (BOTH | {"NO_PROXY": "[::1]:8080"}, "http://[::1]:8080/v1", ""),
        (BOTH | {"NO_PROXY": "0:0:0:0:0:0:0:1"}, "http://[::1]:8080/v1", ""),
        (BOTH | {"NO_PROXY": "fd00::/8"}, "http://[fd12::1]/v1", ""),
        (BOTH | {"NO_PROXY": "fd00::/8"}, "http://[fe80::1]/v1", VIA),
        (BOTH | {"NO_PROXY": "models.example."}, "http://models.example", ""),
        (BOTH | {"NO_PROXY": "models.example"}, "http://models.example./v1", ""),
        (BOTH | {"NO_PROXY": "10.1.2.3/99, , 10.1.2.3/x"}, "http://10.1.2.4", VIA),
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
        ({"HTTPS_PROXY": "http://x:99999"}, "https://models.example", "HTTPS_PROXY is not the address of a proxy"),
        ({"HTTPS_PROXY": "http://x y:1"}, "https://models.example", "HTTPS_PROXY is not the address of a proxy"),
        ({"HTTPS_PROXY": "http://x\u202e:1"}, "https://models.example", "HTTPS_PROXY is not the address of a proxy"),
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


@pytest.mark.parametrize(
    ("user", "secrets"),
    [
        ("me:hunter%402", ("hunter%402", "hunter@2")),
        ("tok3n-alone", ("tok3n-alone",)),
        ("tok3n-alone:", ("tok3n-alone",)),
        ("me:p@ss", ("p@ss",)),
        ("", ()),
    ],
)
def test_what_no_message_may_hold(user: str, secrets: tuple[str, ...]) -> None:
    network = Network({"HTTPS_PROXY": f"http://{user}@proxy:3128/?key=hunter3"})
    route = network.route("https://models.example")
    assert (route.secrets, route.words) == (secrets, "via proxy proxy:3128 (HTTPS_PROXY)")
    told = f"{route.words} {route!r} {list(network.settings)}"
    assert not [one for one in (*secrets, "hunter3") if one in told]


def test_folders_of_certificates(tmp_path: Path) -> None:
    empty, filled = tmp_path / "empty", tmp_path / "filled"
    empty.mkdir()
    filled.mkdir()
    (filled / "0a1b2c3d.0").touch()
    for value, found in (
        (f"{empty}", False),
        (f"{filled}", True),
        (f"{empty}:{filled}", True),
        (f"/no:{empty}", False),
    ):
        for variable in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
            network = Network({variable: value})
            route = network.route("https://models.example")
            assert (route.problem, isinstance(route.trusted(), ssl.SSLContext)) == ("", True)
            assert [said.endswith("(see openssl rehash)") for _, said in network.problems()] == [True] * (not found)


def test_a_variable_of_another_program_is_told_to_be_unread(tmp_path: Path) -> None:
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        network = Network({variable: "/ca.pem"})
        assert network.route("https://models.example") == Route()
        assert list(network.settings) == [(variable, "is not read: name the same file in SSL_CERT_FILE")]
    (tmp_path / "ca.pem").touch()
    both = Network({"REQUESTS_CA_BUNDLE": "/ca.pem", "SSL_CERT_FILE": f"{tmp_path}/ca.pem"})
    assert [name for name, _ in both.settings] == ["SSL_CERT_FILE"]


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

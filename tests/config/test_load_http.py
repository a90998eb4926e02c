"""Servers that are called over HTTP instead of started."""

import pytest

from tests.config.test_load import PATH, SECRET, problems
from tuui_sampling.config.load import parse
from tuui_sampling.config.settings import ServerSettings


def called(more: str = "", url: str = "https://example.com/mcp") -> str:
    """Return the text of one server with a url."""
    return f'[servers.far]\nurl = "{url}"\n{more}'


def test_a_server_that_is_called() -> None:
    text = called('headers = { Authorization = "Bearer ${TOKEN}", X-Team = "a b" }\nprotocol = "modern"')
    settings = parse(text, {"TOKEN": SECRET}, PATH).servers["far"]
    assert settings == ServerSettings(
        "far",
        url="https://example.com/mcp",
        headers={"Authorization": f"Bearer {SECRET}", "X-Team": "a b"},
        protocol="modern",
    )
    assert settings.host == "example.com"
    assert SECRET not in repr(settings)


def test_its_url_may_come_from_the_environment() -> None:
    settings = parse(called(url="http://${HOST}:8000/mcp"), {"HOST": "localhost"}, PATH).servers["far"]
    assert settings.host == "localhost:8000"


def test_a_server_that_is_started_has_no_host() -> None:
    assert ServerSettings("near", "run").host == ""


@pytest.mark.parametrize("key", ['command = "run"', 'args = ["a"]', 'cwd = "/"', 'env.A = "b"', 'inherit_env = ["A"]'])
def test_it_is_one_or_the_other(key: str) -> None:
    name = key.partition(" ")[0].partition(".")[0]
    assert problems(called(key)) == [
        f"config.toml:3: servers.far.{name}: belongs to a server that is started here; one with a url is called"
    ]


def test_headers_need_a_url() -> None:
    text = '[servers.near]\ncommand = "run"\nheaders = { A = "b" }'
    assert problems(text) == ["config.toml:3: servers.near.headers: belongs to a server with a url"]


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "is empty"),
        ("example.com/mcp", "expected a URL such as http://127.0.0.1:8091/v1"),
        ("ftp://example.com", "expected a URL such as http://127.0.0.1:8091/v1"),
        ("http://me:${TOKEN}@example.com", "a URL carries no user and password here: use headers"),
        ("https://${NOBODY}/", "the environment variable NOBODY is not set"),
    ],
)
def test_a_url_that_can_not_be_called(url: str, message: str) -> None:
    found = problems(called(url=url), {"TOKEN": SECRET})
    assert found[0] == f"config.toml:2: servers.far.url: {message}"
    assert SECRET not in "".join(found)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ('"a b" = "x"', '"a b" is not a name of a header'),
        ('"" = "x"', '"" is not a name of a header'),
        ('Host = "x"', '"Host" is set by the protocol'),
        ('Mcp-Session-Id = "x"', '"Mcp-Session-Id" is set by the protocol'),
        ('A = "x"\na = "y"', '"a" is there twice, in other capitals'),
        ('A = ""', 'the value of "A" is empty, or not plain printable text'),
        ('A = "${TOKEN}"', 'the value of "A" is empty, or not plain printable text'),
        ('A = "grün"', 'the value of "A" is empty, or not plain printable text'),
    ],
)
def test_a_header_that_can_not_be_sent(header: str, message: str) -> None:
    found = problems(called(f"[servers.far.headers]\n{header}"), {"TOKEN": f"{SECRET}\n"})
    assert [line.partition("servers.far.headers: ")[2] for line in found] == [message]
    assert SECRET not in "".join(found)

"""Where an address really leads."""

import pytest

from tuui_sampling.sampling.checks.url_check import look_at


@pytest.mark.parametrize(
    ("url", "host", "shown"),
    [
        ("https://example.com/a?b#c", "example.com", "example.com"),
        ("HTTPS://Example.COM:443/", "example.com", "Example.COM"),
        ("https://good.com@evil.example/", "evil.example", "evil.example"),
        ("https://example.com./x", "example.com", "example.com"),
        ("https://[2001:db8::1]/", "2001:db8::1", "2001:db8::1"),
        ("http://localhost:8080/cb", "localhost", "localhost"),
    ],
)
def test_the_host_is_picked_out_where_it_stands(url: str, host: str, shown: str) -> None:
    page = look_at(url)
    assert (page.host, page.obstacle) == (host, "")
    assert page.start is not None
    assert page.url[page.start : page.start + len(host)] == shown


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://example.com/", "not encrypted"),
        ("https://good.com@evil.example/", "before the @"),
        ("https://example.com:8443/", "an unusual port, 8443"),
        ("https://xn--80ak6aa92e.com/", "аррӏе.com"),
        ("https://аррӏе.com/", "really xn--80ak6aa92e.com"),
        ("https://127.0.0.1/", "this computer"),
        ("https://8.8.8.8/", "a bare number"),
        ("https://2130706433/", "a bare number"),
        ("https://0x7f.1/", "a bare number"),
        ("https://example.com/" + "a" * 600, "620 characters long"),
    ],
)
def test_what_may_deceive_is_warned_of(url: str, words: str) -> None:
    assert any(words in warning for warning in look_at(url).warnings)


def test_an_ordinary_address_is_not_warned_of() -> None:
    assert look_at("https://example.com/sign-in?next=/home").warnings == ()
    assert look_at("http://localhost:3000/").warnings == ("an unusual port, 3000", "it is this computer")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "",
        "example.com",
        "https://",
        "https:///x",
        "https://good.com\\@evil.example/",
        "https://exa mple.com/",
        "https://example.com/\x1b[2J",
        "https://example.com/\u202egnp",
        "https://[::1",
        "https://example.com:99999/",
        "\thttps://example.com/",
    ],
)
def test_what_could_lead_elsewhere_can_not_be_opened(url: str) -> None:
    assert look_at(url).obstacle


def test_what_is_hidden_is_counted() -> None:
    assert "1 hidden character" in look_at("https://example.com/\u202egnp").warnings[0]

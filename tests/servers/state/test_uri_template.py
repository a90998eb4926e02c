"""URI templates, with the examples of RFC 6570 that have text values."""

import pytest

from tuui_sampling.servers.state.uri_template import expand, may_come_from, required_variables, variables

VALUES = {
    "var": "value",
    "hello": "Hello World!",
    "path": "/foo/bar",
    "empty": "",
    "x": "1024",
    "y": "768",
    "half": "50%",
}


@pytest.mark.parametrize(
    ("template", "uri"),
    [
        ("{var}", "value"),
        ("{hello}", "Hello%20World%21"),
        ("{half}", "50%25"),
        ("O{empty}X", "OX"),
        ("O{undef}X", "OX"),
        ("{x,hello,y}", "1024,Hello%20World%21,768"),
        ("{var:3}", "val"),
        ("{var:30}", "value"),
        ("{+var}", "value"),
        ("{+hello}", "Hello%20World!"),
        ("{+path}/here", "/foo/bar/here"),
        ("{+path,x}/here", "/foo/bar,1024/here"),
        ("{#x,hello,y}", "#1024,Hello%20World!,768"),
        ("X{.var}", "X.value"),
        ("X{.x,y}", "X.1024.768"),
        ("{/var,x}/here", "/value/1024/here"),
        ("{;x,y}", ";x=1024;y=768"),
        ("{;x,y,empty}", ";x=1024;y=768;empty"),
        ("{?x,y}", "?x=1024&y=768"),
        ("{?x,y,empty}", "?x=1024&y=768&empty="),
        ("{?x,y,undef}", "?x=1024&y=768"),
        ("?fixed=yes{&x}", "?fixed=yes&x=1024"),
        ("{?undef}", ""),
        ("{var*}", "value"),
        ("plain", "plain"),
        ("{}{ a }{var", "{}{ a }{var"),
    ],
)
def test_expansion(template: str, uri: str) -> None:
    assert expand(template, VALUES) == uri


def test_what_is_encoded_stays_so_where_reserved_characters_may_stand() -> None:
    assert expand("{+a}", {"a": "100%25 of%"}) == "100%25%20of%25"
    assert expand("{a}", {"a": "100%25"}) == "100%2525"


def test_a_lone_surrogate_is_no_reason_to_fail() -> None:
    assert expand("{a}", {"a": "\ud800"}) == "%3F"


def test_variables_each_once_in_their_order() -> None:
    assert variables("x://{b}/{+a}{?q,b}{#f*}") == ("b", "a", "q", "f")
    assert required_variables("x://{b}/{+a}{?q,b}{;p}") == {"a", "b"}
    assert variables("x://{") == ()


def test_hostile_templates_take_linear_time() -> None:
    template = "{" * 200_000 + "a" * 200_000
    assert expand(template, {}) == template
    assert len(variables("{a,b}" * 50_000)) == 2


@pytest.mark.parametrize(
    ("template", "uri", "may"),
    [
        ("notes://{folder}/{page}", "notes://home/garden", True),
        ("notes://{folder}/{page}", "notes://home", False),
        ("notes://{folder}/{page}", "other://home/garden", False),
        ("x://{a}{?b,c}", "x://1?b=2", True),
        ("x://{a}/end", "x://1/end", True),
        ("x://{a}/end", "x:///en", False),
        ("ab{a}ba", "aba", False),
        ("x://{a}-{b}-{c}", "x://1-2-3-4", True),
        ("x://{a}-{b}-{c}", "x://1-2", False),
        ("x://fixed", "x://fixed", True),
        ("x://fixed", "x://fixed/more", False),
    ],
)
def test_a_uri_may_come_from_a_template(template: str, uri: str, may: bool) -> None:
    assert may_come_from(template, uri) is may


def test_a_template_of_many_variables_is_looked_at_in_no_time() -> None:
    assert not may_come_from("{a}x" * 10_000 + "!", "x" * 10_000)
    assert may_come_from("{a}x" * 10_000, "x" * 10_000)

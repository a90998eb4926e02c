"""A host's variables become ours, and no secret that stands in its file is carried along."""

from pathlib import Path

import pytest

from tuui_sampling.config.hosts.texts import Texts, variable_name


def texts() -> Texts:
    """Return what carries the texts of one server over."""
    return Texts("my server", {"key": "the key of the API"}, Path("/home/me/shop"))


@pytest.mark.parametrize(
    ("there", "here"),
    [
        ("plain", "plain"),
        ("${HOME}/x", "${HOME}/x"),
        ("${env:NAME}", "${NAME}"),
        ("{env:NAME}", "${NAME}"),
        ("${NAME:-x}", "${NAME}"),
        ("${input:key}", "${KEY}"),
        ("${workspaceFolder}/src", "/home/me/shop/src"),
        ("${userHome}", "${HOME}"),
        ("a ${ b", "a $${ b"),
        ("${unknown:thing}", "$${unknown:thing}"),
        ("$NAME", "$NAME"),
    ],
)
def test_variables_of_hosts_become_ours(there: str, here: str) -> None:
    assert texts().text(there) == here


@pytest.mark.parametrize(
    ("name", "value", "here"),
    [
        ("API_KEY", "x", "${API_KEY}"),
        ("DB_PASSWORD", "x", "${DB_PASSWORD}"),
        ("GITHUB_TOKEN", "x", "${GITHUB_TOKEN}"),
        ("openaiApiKey", "x", "${openaiApiKey}"),
        ("MAX_TOKENS_PER_DAY", "100", "100"),
        ("MONKEY", "x", "x"),
        ("WHATEVER", "sk-" + "a" * 20, "${WHATEVER}"),
        ("WHATEVER", "ghp_" + "a" * 20, "${WHATEVER}"),
        ("API_KEY", "${env:MINE}", "${MINE}"),
        ("API_KEY", "", ""),
        ("LOG_LEVEL", "debug", "debug"),
        ("KEYBOARD", "qwerty", "qwerty"),
        ("GREETING", "two words", "two words"),
    ],
)
def test_a_secret_in_a_variable_is_not_copied(name: str, value: str, here: str) -> None:
    assert texts().named(name, value, "variable") == here


@pytest.mark.parametrize(
    ("name", "value", "here"),
    [
        ("Authorization", "Bearer abc", "Bearer ${MY_SERVER_AUTHORIZATION}"),
        ("Authorization", "abc", "${MY_SERVER_AUTHORIZATION}"),
        ("X-Api-Key", "abc", "${MY_SERVER_X_API_KEY}"),
        ("X-Team", "docs", "docs"),
    ],
)
def test_a_secret_in_a_header_is_not_copied(name: str, value: str, here: str) -> None:
    assert texts().named(name, value, "header") == here


@pytest.mark.parametrize(
    ("there", "here"),
    [
        (["--api-key", "abc", "x"], ["--api-key", "${MY_SERVER_API_KEY}", "x"]),
        (["--api-key=abc"], ["--api-key=${MY_SERVER_API_KEY}"]),
        (["--token", "--verbose"], ["--token", "--verbose"]),
        (["--token", "${T}"], ["--token", "${T}"]),
        (["sk-" + "a" * 20], ["${MY_SERVER_SECRET}"]),
        (["--keyboard", "x"], ["--keyboard", "x"]),
    ],
)
def test_a_secret_in_an_argument_is_not_copied(there: list[object], here: list[str]) -> None:
    assert texts().arguments(there) == here


@pytest.mark.parametrize(
    ("there", "here"),
    [
        ("https://h/mcp?api_key=abc&x=1", "https://h/mcp?api_key=${MY_SERVER_API_KEY}&x=1"),
        ("https://me:abc@h/mcp", "https://me:${MY_SERVER_PASSWORD}@h/mcp"),
        ("https://h/mcp?token=${T}", "https://h/mcp?token=${T}"),
        ("https://h/mcp?page=1", "https://h/mcp?page=1"),
    ],
)
def test_a_secret_in_an_address_is_not_copied(there: str, here: str) -> None:
    assert texts().url(there) == here


def test_every_variable_that_must_be_set_is_told_with_its_reason() -> None:
    carried = texts()
    carried.text("${input:key} ${NAME} ${OTHER:-9}")
    carried.named("API_KEY", "abc", "variable")
    assert {name: why.split(" (")[0] for name, why in carried.variables.items()} == {
        "KEY": "it was asked for there",
        "NAME": "it is taken from the environment there, too",
        "OTHER": "there it was 9 where it was not set",
        "API_KEY": "a secret that stands in that file as a variable; it was not copied",
    }
    assert "the key of the API" in carried.variables["KEY"]


@pytest.mark.parametrize(
    ("text", "name"), [("my server", "MY_SERVER"), ("3d", "_3D"), ("…", "SERVER"), ("a-b.c", "A_B_C")]
)
def test_a_variable_s_name_is_one(text: str, name: str) -> None:
    assert variable_name(text) == name

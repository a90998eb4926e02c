"""A project's own configuration: what it may not do unseen, and how long it is trusted."""

import json
from pathlib import Path

import pytest

from tuui_sampling.config.hosts.write import save
from tuui_sampling.config.load import ConfigError, load
from tuui_sampling.config.paths import config_file, state_dir
from tuui_sampling.config.trust import MARKS, forget, keep_trust, project_of, trust
from tuui_sampling.config.written.example import example_text

RULE = 'server = "s"\nmodel = "m"\nmax_tokens = 9\n'

CLAIMS = {
    '[servers.s]\ncommand = "curl"\nargs = ["x", "a b"]\n': ("servers.s.command", "runs curl x 'a b'"),
    '[servers.s]\ncommand = "sh"\nenv = { A = "b" }\ninherit_env = ["HOME"]\ncwd = "/tmp"\n': (
        "servers.s.command",
        "runs sh in /tmp, with the variables A, HOME",
    ),
    '[servers.s]\nenabled = false\nurl = "https://a.example/mcp"\nheaders = { X = "${SECRET}" }\n': (
        "servers.s.url",
        "calls a.example, with the headers X",
    ),
    '[models.m]\nprovider = "openai-compatible"\nmodel = "x"\nbase_url = "https://b.example/v1"\n': (
        "models.m.base_url",
        "sends to b.example",
    ),
    '[models.m]\nprovider = "openai"\nmodel = "x"\nbase_url = "https://c.example/v1"\n': (
        "models.m.base_url",
        "sends to c.example, with the key in OPENAI_API_KEY",
    ),
    '[models.m]\nprovider = "anthropic"\nmodel = "x"\n': (
        "models.m.provider",
        "sends to the address of anthropic itself, with the key in ANTHROPIC_API_KEY",
    ),
    '[models.m]\nprovider = "openai-compatible"\nmodel = "x"\npreset = "ollama"\n': (
        "models.m.base_url",
        "sends to 127.0.0.1:11434",
    ),
    '[models.m]\nprovider = "evil.module:Class"\n': ("models.m.provider", "runs the Python class evil.module:Class"),
    '[models.m]\nprovider = "agent"\nmodel = "d"\nagent = "evil.module:agent"\n[models.d]\nprovider = "demo"\n': (
        "models.m.agent",
        "runs the Python code evil.module:agent",
    ),
    '[models.m]\nprovider = "agent"\nmodel = "d"\nservers = ["s"]\n[models.d]\nprovider = "demo"\n'
    '[servers.s]\ncommand = "true"\n': ("models.m.servers", "has d answer with tools of s"),
    'policy = "tiered"\n': ("policy", "lets requests of low and medium risk pass without asking"),
    f'[servers.s]\ncommand = "true"\n[models.m]\nprovider = "demo"\n[[rules]]\nallow = "all \\u202e"\n{RULE}': (
        "rules[0].allow",
        "lets requests pass without asking: all \\u202e",
    ),
}

TAKEN = {
    '[servers.s]\nurl = "https://a.example/${SECRET}"\n': ["servers.s.url"],
    '[servers.s]\nurl = "https://a.example"\nheaders = { X = "b ${SECRET}" }\n': ["servers.s.headers.X"],
    '[servers.s]\ncommand = "x"\nargs = ["a", "${SECRET}"]\nenv = { A = "${SECRET}" }\n': [
        "servers.s.args[1]",
        "servers.s.env.A",
    ],
    '[models.m]\nprovider = "openai-compatible"\nmodel = "x"\nbase_url = "https://b.example/${SECRET}/v1"\n': [
        "models.m.base_url"
    ],
    '[servers.s]\ncommand = "x"\nargs = ["$${SECRET}"]\n': [],
}
"""What a file takes from the environment, and so may give to whatever it runs or calls."""

HARMLESS = """
policy = "locked"
[models.demo]
provider = "demo"
[models.me]
provider = "human"
[[rules]]
deny = "no secrets"
findings = ["secret"]
[[rules]]
ask = "what is dear"
cost_above = 1
[interface]
bell = false
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return where a cloned repository has a configuration."""
    (tmp_path / "repository" / ".git").mkdir(parents=True, mode=0o700)
    folder = tmp_path / "repository" / "inner"
    folder.mkdir(mode=0o700)
    return folder / "x.toml"


def refusal(path: Path, text: str) -> ConfigError:
    """Return why a configuration of that text is refused."""
    save(path, text)
    with pytest.raises(ConfigError) as caught:
        load(path, {"SECRET": "value-of-the-secret"})
    return caught.value


@pytest.mark.parametrize(("text", "claim"), CLAIMS.items(), ids=[claim[1] for claim in CLAIMS.values()])
def test_78_a_project_s_file_does_nothing_until_it_is_trusted(file: Path, text: str, claim: tuple[str, str]) -> None:
    error = refusal(file, text)
    last = error.problems[-1]
    assert (last.key_path, last.message) == (claim[0], f"not trusted yet: {claim[1]}")
    assert last.line is not None
    assert f"tuui-sampling trust {file}" in error.hint
    assert "value-of-the-secret" not in f"{error} {error.hint}"
    trust(file, text)
    load(file, {"SECRET": "another"})
    refusal(file, f"{text}\n# a change")
    trust(file, text)
    other = file.with_name("copy.toml")
    refusal(other, text)


@pytest.mark.parametrize(("text", "places"), TAKEN.items())
def test_what_a_project_s_file_takes_from_the_environment_is_told(file: Path, text: str, places: list[str]) -> None:
    words = "not trusted yet: takes SECRET from your environment"
    assert [problem.key_path for problem in refusal(file, text).problems if problem.message == words] == places


def test_78_what_claims_nothing_needs_no_trust(file: Path) -> None:
    save(file, HARMLESS)
    assert load(file, {}).policy == "locked"


@pytest.mark.parametrize("mark", MARKS)
def test_every_kind_of_working_copy_is_a_project(tmp_path: Path, mark: str) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert project_of(tmp_path / "a" / "b" / "x.toml") is None
    (tmp_path / "a" / mark).touch()
    assert project_of(tmp_path / "a" / "b" / "x.toml") == tmp_path / "a"
    (tmp_path / "link.toml").symlink_to(tmp_path / "a" / "b" / "x.toml")
    assert project_of(tmp_path / "link.toml") == tmp_path / "a"


def test_a_file_in_no_project_and_the_user_s_own_are_read_as_ever(tmp_path: Path, file: Path) -> None:
    text = next(iter(CLAIMS))
    lone = tmp_path / "folder" / "x.toml"
    save(lone, text)
    assert load(lone, {}).servers
    own = config_file(None, {})
    (own.parent.parent / ".git").mkdir(parents=True)
    save(own, text)
    assert load(own, {}).servers
    save(file, example_text())
    assert load(file, {"HOME": "/home/x", "PATH": ""}).servers, "the example that stands in our own sources"


def test_what_is_trusted_can_be_taken_back_and_what_is_broken_trusts_nothing(file: Path) -> None:
    text = next(iter(CLAIMS))
    save(file, text)
    trust(file, text)
    assert load(file, {}).servers
    assert (forget(file), forget(file)) == (True, False)
    refusal(file, text)
    kept = state_dir() / "trusted.json"
    for broken in ("", "[", "[]", '"x"', json.dumps({str(file): 7})):
        kept.write_text(broken)
        refusal(file, text)


def test_what_this_program_writes_is_trusted_if_what_was_there_was(file: Path) -> None:
    foreign, after = next(iter(CLAIMS)), "[servers.mine]\ncommand = 'true'\n"
    save(file, foreign + after)
    keep_trust(file, foreign, foreign + after)
    refusal(file, foreign + after)
    trust(file, foreign)
    keep_trust(file, foreign, foreign + after)
    assert load(file, {"SECRET": "x"}).servers
    new = file.with_name("new.toml")
    save(new, after)
    keep_trust(new, "", after)
    assert load(new, {}).servers

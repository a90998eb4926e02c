"""From text to settings, and the words for everything that can be wrong with it."""

from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import pytest

from tuui_sampling.config.load import ConfigError, load, parse
from tuui_sampling.config.settings import InterfaceSettings, ModelSettings, ProviderName, ServerSettings, Settings

PATH = Path("config.toml")
SECRET = "sk-live-0123456789"


def problems(text: str, environ: Mapping[str, str] | None = None) -> list[str]:
    """Return the lines of the error that the text causes; no error is not a line."""
    try:
        parse(text, environ or {}, PATH)
    except ConfigError as error:
        assert len(error.problems) == len(str(error).splitlines())
        return str(error).splitlines()
    return []


def model(**keys: str) -> str:
    """Return the text of one model of `openai-compatible`; keys are given as TOML values, an empty one is left out."""
    table = {"provider": '"openai-compatible"', "model": '"m"', "base_url": '"http://127.0.0.1:1/v1"'} | keys
    return "[models.local]\n" + "\n".join(f"{key} = {value}" for key, value in table.items() if value)


def test_an_empty_file_is_a_configuration() -> None:
    assert parse("", {}, PATH) == Settings(path=PATH)


def test_everything_arrives() -> None:
    text = """
        default_model = "second"
        [interface]
        bell = false
        title = false
        theme = "nord"
        images = "off"
        keys = { approve = "ctrl+g" }
        [servers.one]
        command = "run"
        args = ["--home", "${HOME}/x", "$${HOME}", "$5 $$"]
        cwd = "sub/folder"
        inherit_env = ["LANG"]
        enabled = false
        protocol = "legacy"
        startup_timeout = 5
        env.TOKEN = "a${HOME}${HOME}b"
        [servers."two words"]
        command = "other"
        [models.first]
        provider = "human"
        [models.second]
        provider = "openai-compatible"
        model = "m"
        base_url = "http://${HOST}/v1"
        api_key_env = "LOCAL_KEY"
        aliases = ["a", "b"]
        timeout = 1.5
    """
    path = Path("/etc/somewhere/config.toml")
    assert parse(text, {"HOME": "/h", "HOST": "localhost:80"}, path) == Settings(
        servers={
            "one": ServerSettings(
                name="one",
                command="run",
                args=("--home", "/h/x", "${HOME}", "$5 $$"),
                cwd=Path("/etc/somewhere/sub/folder"),
                env={"TOKEN": "a/h/hb"},
                inherit_env=("LANG",),
                enabled=False,
                protocol="legacy",
                startup_timeout=5.0,
            ),
            "two words": ServerSettings(name="two words", command="other"),
        },
        models={
            "first": ModelSettings(name="first", provider="human"),
            "second": ModelSettings(
                name="second",
                provider="openai-compatible",
                model="m",
                base_url="http://localhost:80/v1",
                api_key_env="LOCAL_KEY",
                aliases=("a", "b"),
                timeout=1.5,
            ),
        },
        default_model="second",
        interface=InterfaceSettings(bell=False, title=False, theme="nord", images="off", keys={"approve": "ctrl+g"}),
        path=path,
    )


def test_the_first_model_is_the_default() -> None:
    settings = parse('[models.zebra]\nprovider = "human"\n[models.ant]\nprovider = "demo"', {}, PATH)
    assert settings.default_model == "zebra"


def test_a_home_folder_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    settings = parse('[servers.a]\ncommand = "c"\ncwd = "~/x"', {}, PATH)
    assert settings.servers["a"].cwd == Path("/home/me/x")


def test_a_relative_folder_is_relative_to_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = parse('[servers.a]\ncommand = "c"\ncwd = "x"', {}, Path("sub/config.toml"))
    assert settings.servers["a"].cwd == tmp_path / "sub" / "x"


@pytest.mark.hostile(77)
def test_all_problems_are_told_at_once_in_the_order_of_the_file() -> None:
    providers = ", ".join(f'"{name}"' for name in get_args(ProviderName))
    text = """# 1
default_model = "lcoal"
colour = true

[servers.everything]
comand = "npx"
args = [
  "-y",
  7,
]
enabled = 1

[models.local]
provider = "openia"
model = "m"

[server.x]
command = "y"
"""
    assert problems(text) == [
        'config.toml:2: default_model: no model is called "lcoal" (did you mean "local"?)',
        "config.toml:3: colour: unknown key",
        "config.toml:5: servers.everything.command: is missing",
        'config.toml:6: servers.everything.comand: unknown key (did you mean "command"?)',
        "config.toml:9: servers.everything.args[1]: expected a string, got a whole number (put it in quotes)",
        "config.toml:11: servers.everything.enabled: expected true or false, got a whole number",
        f'config.toml:14: models.local.provider: expected one of {providers} (did you mean "openai"?)',
        'config.toml:17: server: unknown key (did you mean "servers"?)',
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('command = ""', "command: is empty"),
        ('command = "a\\u0000b"', "command: holds a NUL character"),
        ("args = 'x'", "args: expected an array of strings, got a string"),
        ("args = [['x']]", "args[0]: expected a string, got an array"),
        ("cwd = 1979-05-27", "cwd: expected a string, got a date or time (put it in quotes)"),
        ("cwd = '~nobody-of-this-name/x'", "cwd: there is no such user, so ~ can't be resolved"),
        ("env = ['x']", "env: expected a table of strings, got an array"),
        ("env = { PORT = 80 }", "env.PORT: expected a string, got a whole number (put it in quotes)"),
        ("env = { 'A=B' = 'x' }", "env: the name of an environment variable must not be empty, and holds no ="),
        ("inherit_env = ['']", "inherit_env: the name of an environment variable must not be empty, and holds no ="),
        ("enabled = 'yes'", "enabled: expected true or false, got a string"),
        ("protocol = 'new'", 'protocol: expected one of "auto", "legacy", "modern"'),
        ("protocol = 3", 'protocol: expected one of "auto", "legacy", "modern", got a whole number'),
        ("startup_timeout = true", "startup_timeout: expected a number of seconds, got a boolean"),
        ("startup_timeout = 0", "startup_timeout: expected seconds, above 0 and at most 86400"),
        ("startup_timeout = inf", "startup_timeout: expected seconds, above 0 and at most 86400"),
        ("startup_timeout = nan", "startup_timeout: expected seconds, above 0 and at most 86400"),
        ("startup_timeout = -1.5", "startup_timeout: expected seconds, above 0 and at most 86400"),
        ("uri = 'http://x'", 'uri: unknown key (did you mean "url"?)'),
    ],
)
def test_what_can_be_wrong_with_a_server(line: str, message: str) -> None:
    command = "" if line.startswith("command") else "command = 'c'"
    assert problems(f"[servers.s]\n{command}\n{line}") == [f"config.toml:3: servers.s.{message}"]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"provider": ""}, ":1: models.local.provider: is missing; expected one of "),
        ({"model": ""}, ":1: models.local.model: is missing"),
        ({"base_url": ""}, ":1: models.local.base_url: is missing"),
        ({"timeout": "0"}, ":5: models.local.timeout: expected seconds, above 0 and at most 86400"),
        ({"aliases": "['a', '']"}, ":5: models.local.aliases: an alias must not be empty"),
        ({"base_url": "'127.0.0.1:8091'"}, ":4: models.local.base_url: expected a URL such as"),
        ({"base_url": "'ftp://host/v1'"}, ":4: models.local.base_url: expected a URL such as"),
        ({"base_url": "'http:///v1'"}, ":4: models.local.base_url: expected a URL such as"),
        ({"base_url": "'http://[::1/v1'"}, ":4: models.local.base_url: is not a URL"),
        ({"base_url": "'http://host:port/'"}, ":4: models.local.base_url: is not a URL"),
        ({"base_url": "'http://ho st/'"}, ":4: models.local.base_url: a URL has no blanks"),
        ({"base_url": "'https://me:pass@host/'"}, ":4: models.local.base_url: a URL carries no user and password"),
        ({"base_url": "'https://pass@host/'"}, ":4: models.local.base_url: a URL carries no user and password"),
    ],
)
def test_what_can_be_wrong_with_a_model(keys: dict[str, str], message: str) -> None:
    (found,) = problems(model(**keys))
    assert found.startswith(f"config.toml{message}")
    assert "pass@" not in found


@pytest.mark.parametrize("provider", ["human", "demo"])
def test_offline_models_need_nothing_else(provider: str) -> None:
    assert problems(f'[models.a]\nprovider = "{provider}"') == []


@pytest.mark.parametrize("provider", ["anthropic", "openai"])
def test_known_providers_have_an_address_of_their_own(provider: str) -> None:
    assert problems(f'[models.a]\nprovider = "{provider}"\nmodel = "m"') == []


@pytest.mark.parametrize("key", ["api_key", "key", "token", "API_KEY", "apiKey", "auth_token", "my_secret"])
def test_a_key_is_refused_and_not_repeated(key: str) -> None:
    (found,) = problems(model(**{key: f"'{SECRET}'"}))
    assert found.startswith(f"config.toml:5: models.local.{key}: a key is never written here")
    assert "api_key_env" in found
    assert SECRET not in found


@pytest.mark.parametrize("value", [SECRET, "gsk_abcDEF123", "OPENAI_API_KEY ", "1KEY", "${OPENAI_API_KEY}"])
def test_a_key_in_place_of_a_variables_name_is_refused_and_not_repeated(value: str) -> None:
    (found,) = problems(model(api_key_env=f"'{value}'"))
    assert found.startswith("config.toml:5: models.local.api_key_env: expected the name of an environment variable")
    assert value not in found


def test_unset_variables_are_named_and_values_are_not() -> None:
    text = """
[servers.s]
command = "c"
args = ["${MISSING_ONE}", "${", "${not-a-name}"]
[servers.s.env]
A = "${SET}${MISSING_TWO}"
[models.m]
provider = "openai-compatible"
model = "m"
base_url = "${SET}"
"""
    found = problems(text, {"SET": SECRET})
    assert found == [
        "config.toml:4: servers.s.args[0]: the environment variable MISSING_ONE is not set",
        "config.toml:4: servers.s.args[1]: expected ${NAME}; write $${ for a literal ${",
        "config.toml:4: servers.s.args[2]: expected ${NAME}; write $${ for a literal ${",
        "config.toml:6: servers.s.env.A: the environment variable MISSING_TWO is not set",
        "config.toml:10: models.m.base_url: expected a URL such as http://127.0.0.1:8091/v1",
    ]


def test_a_value_from_the_environment_is_not_expanded_again() -> None:
    settings = parse('[servers.s]\ncommand = "c"\nargs = ["${A}"]', {"A": "${B}"}, PATH)
    assert settings.servers["s"].args == ("${B}",)


@pytest.mark.parametrize("name", ["", " ", "x" * 65, "a\\u001b[31m", "a\\u202e"])
def test_names_that_can_not_be_shown_are_refused(name: str) -> None:
    (found,) = problems(f'[servers."{name}"]\ncommand = "c"')
    assert "a name has 1 to 64 characters, all of them visible" in found
    assert found.isprintable()


def test_names_of_models_differ_by_more_than_case() -> None:
    text = """
[models.Sonnet]
provider = "human"
[models.sonnet]
provider = "human"
[models.a]
provider = "human"
aliases = ["x", "a", "SONNET"]
[models.b]
provider = "human"
aliases = ["X"]
"""
    assert problems(text) == [
        'config.toml:4: models.sonnet: differs from the name of the model "Sonnet" only in capitals',
        'config.toml:8: models.a.aliases: "SONNET" is a name of the model "Sonnet" already',
        'config.toml:11: models.b.aliases: "X" is a name of the model "a" already',
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("servers = 3", "1: servers: expected tables such as [servers.NAME], got a whole number"),
        ("[[servers]]\ncommand = 'c'", "1: servers: expected tables such as [servers.NAME], got an array"),
        ("[servers]\ncommand = 'c'", "2: servers.command: expected a table, [servers.NAME], got a string"),
        ("interface = true", "1: interface: expected a table, [interface], got a boolean"),
        ("[interface]\nbell = 1", "2: interface.bell: expected true or false, got a whole number"),
        ("[keys]\napprove = 'f5'", "1: keys: belongs into the table [interface]"),
        ("[interface]\nthem = 'x'", '2: interface.them: unknown key (did you mean "theme"?)'),
        (
            "[interface.keys]\napprove = 7",
            "2: interface.keys.approve: expected a string, got a whole number (put it in quotes)",
        ),
        ("[interface.keys]\napprove = ''", "1: interface.keys: a command and its key must not be empty"),
    ],
)
def test_tables_that_are_none(text: str, found: str) -> None:
    assert problems(text) == [f"config.toml:{found}"]


@pytest.mark.hostile(77)
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a = 1\nb = \n", "2: is not TOML: Invalid value (column 5)"),
        ("a = 1\n[x", "2: is not TOML: "),
        ("a = 'x", "1: is not TOML: "),
        ("a = [\n\n1", "3: is not TOML: "),
        ("[servers.a]\ncommand = 'x'\n\n[servers.a]\n", "4: servers.a: is defined twice (first on line 1)"),
        ("[servers.a]\ncommand = 'x'\ncommand = 'y'", "3: servers.a.command: is defined twice (first on line 2)"),
        ("x = { a = 1,  a = 2 }", "1: x.a: is defined twice (first on line 1)"),
        ("[a]\nb.c = 1\nb = 2", "3: a.b: is defined twice (first on line 2)"),
        ("a = {}\n[a.b]\n", "2: "),
    ],
)
def test_broken_syntax_comes_alone_and_with_its_line(text: str, found: str) -> None:
    (line,) = problems(text)
    assert line.startswith(f"config.toml:{found}")


def written(tmp_path: Path, content: str | bytes = "") -> Path:
    """Write a configuration file that only its owner may change."""
    path = tmp_path / "config.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    path.chmod(0o600)
    return path


def test_a_file_is_read_and_remembered(tmp_path: Path) -> None:
    path = written(tmp_path, "\ufeff[servers.a]\r\ncommand = 'grün'\r\n")
    settings = load(path, {})
    assert settings.servers["a"].command == "grün"
    assert settings.path == path


UNUSABLE = {
    "a variable in its arguments": (
        "servers",
        'command = "x"\nargs = ["-v", "${GONE}"]',
        "args[1]: the environment variable GONE",
    ),
    "a variable in its command": (
        "servers",
        'command = "${GONE}/x"',
        "command: the environment variable GONE is not set",
    ),
    "a variable of its own": (
        "servers",
        'command = "x"\nenv = { A = "1", B = "${GONE}" }',
        "env.B: the environment variable",
    ),
    "a variable in its address": (
        "servers",
        'url = "https://${GONE}/mcp"',
        "url: the environment variable GONE is not set",
    ),
    "a variable in a header": (
        "servers",
        'url = "https://x.example/mcp"\nheaders = { Authorization = "Bearer ${GONE}" }',
        "headers.Authorization: the environment variable GONE is not set",
    ),
    "an address that is none": ("servers", 'url = "htp://x"', "url: expected a URL"),
    "no command": ("servers", "enabled = false", "command: is missing"),
    "a slip of the pen": ("servers", 'command = "x"\nmax_pendng = 3', "max_pendng: unknown key"),
    "a limit that is none": ("servers", 'command = "x"\nlimits = { pending = -1 }', "limits.pending: expected"),
    "a model that nobody has": ("servers", 'command = "x"\nallowed_models = ["gone"]', "allowed_models: no model"),
    "a key of a model": ("servers", 'command = "x"\ninherit_env = ["KEY_OF_GOOD"]', "inherit_env: KEY_OF_GOOD holds"),
    "a provider that is none": ("models", 'provider = "opnai"', "provider: expected one of"),
    "a variable in its base_url": (
        "models",
        'provider = "openai-compatible"\nmodel = "m"\nbase_url = "${GONE}"',
        "base_url: the environment variable GONE is not set",
    ),
    "a name that another has": ("models", 'provider = "human"\naliases = ["good"]', 'aliases: "good" is a name of'),
    "an agent without a model": ("models", 'provider = "agent"\nmodel = "gone"', "model: no model is called"),
}
"""Where, what stands in one table, and how what is wrong with it begins."""

GOOD = """
[servers.good]
command = "run"
[models.good]
provider = "openai-compatible"
model = "m"
base_url = "http://127.0.0.1:1/v1"
api_key_env = "KEY_OF_GOOD"
"""


@pytest.mark.parametrize(("table", "text", "words"), UNUSABLE.values(), ids=UNUSABLE)
def test_what_is_wrong_with_one_server_or_model_is_its_own(tmp_path: Path, table: str, text: str, words: str) -> None:
    wrong = f"{GOOD}[{table}.wrong]\n{text}\n"
    settings = load(written(tmp_path, wrong), {})
    tables: list[ServerSettings | ModelSettings] = [*settings.servers.values(), *settings.models.values()]
    for one in tables:
        assert bool(one.problems) == (one.name == "wrong"), one
    (problem,) = (settings.servers if table == "servers" else settings.models)["wrong"].problems
    assert f"{problem.inner}: {problem.message}".startswith(words)
    assert problem.key_path == f"{table}.wrong.{problem.inner}" and problem.line
    assert [str(problem.line)] == [line.split(":")[1] for line in problems(wrong)], "who asks for it is told all of it"

    beside = f"{wrong}[interface]\nbell = 3\n"
    with pytest.raises(ConfigError) as caught:
        load(written(tmp_path, beside), {})
    assert len(caught.value.problems) == 2, "where the file can't be used, all is told at once"


@pytest.mark.parametrize(
    "model",
    ['provider = "antropic"', 'provider = "openai"\nmodel = "m"\napi_key_env = "ANTHROPIC-API-KEY"'],
    ids=["of whom nobody knows", "a name that is none"],
)
def test_a_model_that_can_not_be_used_still_keeps_its_key_from_servers(tmp_path: Path, model: str) -> None:
    text = f'[models.wrong]\n{model}\n[servers.nosy]\ncommand = "x"\ninherit_env = ["ANTHROPIC_API_KEY"]\n'
    settings = load(written(tmp_path, text), {})
    assert "holds the key of a model" in settings.servers["nosy"].problems[0].message


@pytest.mark.hostile(77)
@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_may_change_is_refused(tmp_path: Path, mode: int) -> None:
    path = written(tmp_path)
    path.chmod(mode)
    with pytest.raises(ConfigError, match="others than its owner may change this file") as caught:
        load(path, {})
    assert caught.value.hint == f"chmod go-w {path}"


def test_a_file_that_others_may_read_is_fine(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.chmod(0o644)
    assert load(path, {}).path == path


def test_a_missing_file_is_said_with_where_and_what_next(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "config.toml", {})
    assert str(caught.value) == f"{tmp_path}/config.toml: there is no such file"
    assert caught.value.is_missing
    assert "tuui-sampling demo" in caught.value.hint


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="can't be read: Is a directory") as caught:
        load(tmp_path, {})
    assert not caught.value.is_missing


def test_bytes_that_are_no_text_are_located(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"config\.toml:2: is not UTF-8 text"):
        load(written(tmp_path, b"a = 1\nb = '\xff'\n"), {})


@pytest.mark.parametrize(
    ("line", "key", "value"),
    [
        ('command = "~/bin/srv"', "command", "/home/me/bin/srv"),
        ('command = "${PLACE}/srv"', "command", "/there/srv"),
        ('command = "srv"', "command", "srv"),
        ('command = "$${PLACE}"', "command", "${PLACE}"),
        ('command = "c"\ncwd = "${PLACE}/x"', "cwd", Path("/there/x")),
        ('command = "c"\ncwd = "~"', "cwd", Path("/home/me")),
    ],
)
def test_home_and_variables_in_a_command_and_its_folder(
    monkeypatch: pytest.MonkeyPatch, line: str, key: str, value: object
) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    server = parse(f"[servers.a]\n{line}", {"PLACE": "/there"}, PATH).servers["a"]
    assert getattr(server, key) == value
    written = line.partition("\n")[0].partition(" = ")[2].strip('"')
    assert server.shown_command == (written,), "and what is shown is what the file says"


def test_a_variable_of_a_command_that_is_not_set_is_named() -> None:
    with pytest.raises(ConfigError, match="the environment variable GONE is not set"):
        parse('[servers.a]\ncommand = "${GONE}/srv"', {}, PATH)

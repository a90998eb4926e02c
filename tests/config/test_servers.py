"""What a server gets of the environment, and what is never shown of it."""

import pytest

from tests.config.test_load import PATH, SECRET, problems
from tuui_sampling.config.load import parse

KEYS = {
    "OPENAI_API_KEY": SECRET,
    "MY_KEY": SECRET,
    "DEEPSEEK_API_KEY": SECRET,
    "ANTHROPIC_API_KEY": SECRET,
    "FREE": "x",
}

MODELS = """
[models.own]
provider = "openai"
model = "m"
api_key_env = "MY_KEY"
[models.usual]
provider = "anthropic"
model = "m"
[models.preset]
provider = "openai-compatible"
preset = "deepseek"
model = "m"
"""
"""Three models: one names its variable, one has the provider's, one has the preset's."""


@pytest.mark.hostile(65)
@pytest.mark.parametrize("variable", ["MY_KEY", "ANTHROPIC_API_KEY", "DEEPSEEK_API_KEY"])
@pytest.mark.parametrize(
    ("line", "where"),
    [
        ('command = "c"\ninherit_env = ["LANG", "NAME"]', "inherit_env"),
        ('command = "c"\nenv = { NAME = "x" }', "env.NAME"),
        ('command = "c"\nenv = { KEY = "a ${NAME}" }', "env.KEY"),
        ('command = "c"\nargs = ["--key", "${NAME}"]', "args[1]"),
        ('url = "https://example.com/?key=${NAME}"', "url"),
        ('url = "https://example.com"\nheaders = { Authorization = "Bearer ${NAME}" }', "headers.Authorization"),
    ],
)
def test_a_models_key_is_kept_from_a_server(line: str, where: str, variable: str) -> None:
    text = "[servers.s]\n" + line.replace("NAME", variable)
    (found,) = problems(text + MODELS, KEYS)
    assert found == (
        f"config.toml:{2 if where == 'url' else 3}: servers.s.{where.replace('NAME', variable)}: {variable} holds the "
        "key of a model, and this server would get it; share_key = true in its table allows that"
    )
    assert problems(text + "\nshare_key = true\n" + MODELS, KEYS) == []


def test_other_variables_are_handed_on() -> None:
    text = '[servers.s]\ncommand = "c"\nargs = ["${FREE}"]\ninherit_env = ["OPENAI_API_KEY"]\n'
    assert problems(text + MODELS, KEYS) == []


def test_values_from_the_environment_are_not_shown() -> None:
    text = (
        '[servers.s]\ncommand = "c"\nargs = ["--key=${FREE}", "$${x}", "plain"]\nenv.A = "a ${FREE}"\n'
        '[servers.far]\nurl = "https://h/${FREE}"\nheaders.X = "${FREE}"\n'
        '[models.m]\nprovider = "openai-compatible"\nmodel = "m"\nbase_url = "http://h/${FREE}"\n'
        'extra_headers.X = "${FREE}"\n'
    )
    settings = parse(text, {"FREE": SECRET}, PATH)
    near, far = settings.servers["s"], settings.servers["far"]
    assert near.args == (f"--key={SECRET}", "${x}", "plain")
    assert near.shown_command == ("c", "--key=${FREE}", "$${x}", "plain")
    assert near.secrets == far.secrets == {SECRET}
    assert far.host == "h"
    assert SECRET not in repr(settings)

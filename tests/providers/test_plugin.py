"""A provider of the user's own: the one of docs/MODELS.md works, and one that is broken breaks nothing else."""

import re
import sys
from pathlib import Path

import pytest

from tests.support.models.wires import ask, respond
from tests.support.paths import ROOT
from tuui_sampling.config.load import parse
from tuui_sampling.config.settings import ModelSettings, Settings
from tuui_sampling.providers.models import Models
from tuui_sampling.sampling.errors import ModelError, ModelErrorKind
from tuui_sampling.sampling.response import Usage

SECTION = re.compile(r"## Add a provider in one file\n(.*?)(\n## |\Z)", re.DOTALL)


def documented(language: str) -> str:
    """Return the only block of a language in the section of docs/MODELS.md."""
    section = SECTION.search((ROOT / "docs" / "MODELS.md").read_text(encoding="utf-8"))
    assert section is not None
    (block,) = re.findall(rf"```{language}\n(.*?)```", section[1], re.DOTALL)
    assert isinstance(block, str)
    return block


async def test_the_documented_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shout.py").write_text(documented("python"), encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    models = Models(parse(documented("toml"), {}, tmp_path / "config.toml"), {})
    try:
        assert models.host("loud") == "this computer"
        assert [note.field for note in models.notes("loud", ask(temperature=1.0))] == ["temperature"]
        response = await respond(models.get("loud"), ask("Hello you"))
        assert (response.text, response.model, response.usage) == ("HELLO YOU ", "shout-1", Usage(2, 2))
        assert models.cost("loud", Usage(2, 2), "shout-1") == 0
        assert models.key_status("loud") == "not needed"
        assert models.capabilities("loud")["tools"]
        selection = models.select(ask(), "")
        assert selection is not None
        assert selection.model == "loud"
    finally:
        sys.modules.pop("shout", None)


@pytest.mark.parametrize(
    ("source", "provider", "problem"),
    [
        ("", "nowhere_at_all:Shout", "ModuleNotFoundError"),
        ("", "broken:Shout", "AttributeError"),
        ("import nonsense_that_is_missing", "broken:Shout", "ModuleNotFoundError"),
        ("def", "broken:Shout", "SyntaxError"),
        ("class Shout: pass", "broken:Shout", "TypeError"),
        ("def Shout(settings, credential): return 3", "broken:Shout", "is not a provider"),
        ("x = 1 + 'a'", "broken:Shout", "TypeError"),
    ],
)
async def test_a_broken_one_says_so_and_breaks_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, provider: str, problem: str
) -> None:
    (tmp_path / "broken.py").write_text(source, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    mine, demo = ModelSettings("mine", provider), ModelSettings("demo", "demo")
    models = Models(Settings(models={"mine": mine, "demo": demo}, default_model="mine"), {})
    try:
        selection = models.select(ask(), "")
        assert selection is not None
        assert (selection.model, selection.ranking[-1].excluded) == ("demo", True)
        assert problem in selection.ranking[-1].reasons[0]
        assert models.host("mine") == "nowhere"
        with pytest.raises(ModelError) as caught:
            await anext(models.stream("mine", ask()))
        assert caught.value.kind is ModelErrorKind.CONFIGURATION
    finally:
        sys.modules.pop("broken", None)


def test_its_name_is_checked() -> None:
    parsed = parse('[models.a]\nprovider = "my.shout:Shout"\n', {}, Path("config.toml"))
    assert (parsed.models["a"].provider, parsed.models["a"].model) == ("my.shout:Shout", "")
    for wrong in ("my shout:Shout", "shout:", ":Shout", "shout.py:Shout()", "shout"):
        with pytest.raises(Exception, match="expected one of"):
            parse(f'[models.a]\nprovider = "{wrong}"\n', {}, Path("config.toml"))

"""The pages for whoever carries on name what there is, and the hooks run what `make lint` runs."""

import re

import pytest
from textual.binding import Binding

from tests.support.paths import ROOT
from tuui_sampling.tui.commands import shown_key
from tuui_sampling.tui.document.cursor import KEYS
from tuui_sampling.tui.key_map import all_commands

PACKAGE = ROOT / "tuui_sampling"
ARCHITECTURE = (ROOT / "docs" / "ARCHITECTURE.md").read_text()
LIBRARIES = ("textual", "textual_image", "mcp", "openai", "anthropic", "httpx2", "rich")


def test_every_file_that_is_named_exists() -> None:
    named = set(re.findall(r"`((?:[a-z_]+/)+[a-z_]+\.(?:py|toml|json))`", ARCHITECTURE))
    assert len(named) > 30
    assert [path for path in sorted(named) if not (PACKAGE / path).exists() and not (ROOT / path).exists()] == []


def test_every_name_of_the_code_is_in_the_code() -> None:
    sources = [path for folder in (PACKAGE, ROOT / "tests") for path in folder.rglob("*") if path.suffix != ".pyc"]
    files = {path.name for path in sources}
    code = (re.sub(r'"""[^"]*"""|#.*', "", path.read_text()) for path in sources if path.suffix == ".py")
    known = {word for text in code for word in re.findall(r"\w+", text)}
    page = re.sub(r"```.*?```", "", ARCHITECTURE, flags=re.S)
    named = {part for part in re.findall(r"`([^`]+)`", page) if "/" not in part and '"' not in part}
    assert len(named) > 100
    assert {part for part in named if part.endswith((".py", ".tcss"))} - files == set()
    words = {word for part in named if "." not in part for word in re.findall(r"[A-Za-z_]\w+", part)}
    assert words - known == set()


def test_every_test_that_holds_a_promise_exists() -> None:
    named = set(re.findall(r"`(tests/[a-z_/]+(?:\.py)?)`", (ROOT / "docs" / "SECURITY.md").read_text()))
    assert len(named) > 30
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_every_room_has_its_sentence() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert {room for room in rooms if f"| `{room}/` |" not in ARCHITECTURE} == set()


@pytest.mark.parametrize("library", LIBRARIES)
def test_each_import_of_a_librarys_inside_is_on_the_page(library: str) -> None:
    inside = re.compile(
        rf"^\s*from {library}(?:\.\w+)*(?:\._\w+(?:\.\w+)* import|(?:\.\w+)* import .*\b_[A-Za-z])", re.M
    )
    found = {str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.py") if inside.search(path.read_text())}
    section = ARCHITECTURE.partition("## What is worked around upstream")[2].partition("\n## ")[0]
    assert {path for path in found if path not in section and f"`{path.rpartition('/')[2]}`" not in section} == set()


def test_every_key_that_readme_names_does_something_and_every_decision_is_named() -> None:
    table = (ROOT / "README.md").read_text().partition("## Keys")[2].partition("\n\nEach can")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("|")][2:]
    named = {key.replace("Ctrl+", "^").replace("Space", "space") for row in rows for key in re.findall(r"`(.+?)`", row)}
    keys = {one.id: {shown_key(key) for key in one.key.split(",")} for one in all_commands()}
    assert len(named) > 50
    in_documents = {shown_key(key) for one in KEYS if isinstance(one, Binding) for key in one.key.split(",")}
    assert named - in_documents.union(*keys.values()) == set()
    assert [one.id for one in all_commands() if one.decides and not keys[one.id] & named] == []


def test_the_hooks_run_what_make_lint_runs() -> None:
    recipe = re.search(r"^lint:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.M)
    assert recipe is not None
    commands = [line.strip().replace("$(BIN)", ".venv/bin") for line in recipe[1].splitlines()]
    hooks = re.findall(r"^ +entry: (.+)$", (ROOT / ".pre-commit-config.yaml").read_text(), re.M)
    assert hooks == commands


def test_what_make_says_fits_a_narrow_terminal() -> None:
    """A terminal would break it within a word."""
    said = re.findall(r'echo "([^"]*)"', (ROOT / "Makefile").read_text())
    assert len(said) > 5
    assert [line for line in said if len(line.replace("$(VENV)", ".venv")) > 80] == []

"""The rules of the house: who may import whom, what stays unloaded, and how large a file may be."""

import ast
import functools
import json
import re
import subprocess
import sys
from collections import Counter
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import grimp
import pytest

from tests.support.paths import ROOT, demo_server
from tests.support.program import write_config
from tuui_sampling.tui.widgets.header import MODES

PACKAGE = ROOT / "tuui_sampling"
SOURCES = sorted(PACKAGE.rglob("*.py"))
HEAVY = ("mcp", "mcp_types", "anthropic", "openai", "httpx2", "pydantic", "genai_prices")
NOT_SHOWN_FIRST = (
    "tui.servers",
    "tui.policy",
    "tui.history",
    "tui.dialogs",
    "tui.document",
    "tui.views",
    "tui.inbox.widgets",
)
MAX_AT_FIRST_PAINT = 69
FIRST_PAINT = """
    import asyncio, os
    from tuui_sampling.cli.main import main
    from tuui_sampling.cli.commands import tui
    def paint(settings, environ, **how):
        async def first():
            app = tui.Program(settings.interface, len(settings.servers))
            running = asyncio.ensure_future(app.run_async(headless=True, size=(120, 36)))
            await app.painted.wait()
            app.exit()
            await running
        asyncio.run(first())
        return 0
    tui._run = paint
    assert main(["--config", {config!r}]) == 0
"""
"""The command until its first frame is painted, on no terminal."""

MAX_LINES = 400
MAX_CLASS_LINES = 300
MAX_FILES = 20
TESTS = ROOT / "tests"
OF_SEVERAL_ROOMS = ("scenes", "snapshots", "bench", "conformance", "support", "servers/fakes")
"""Folders of `tests/` whose tests are of no single module."""

EDGES = {
    "servers/inbound/callbacks.py": "the SDK calls us there, and sends an exception's text to the server",
    "tui/app.py": "what fails in an action costs its view, and not the program with all that waits",
    "desk/generate.py": "a provider's SDK is called there, and its failure must leave the review open",
    "providers/agent_code/run.py": "an agent's code is the user's own, and may raise anything",
    "providers/agent_code/code_loop.py": "the same code in its thread: whoever awaits it gets what it raised",
    "servers/auth/token_store.py": "a keyring's back end is others' code, and there are files where it fails",
    "cli/main.py": "the top: a traceback may hold what nobody should see",
}
"""Where any exception may be caught, and why."""


def test_the_import_contracts_hold() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert " 0 broken" in run.stdout


def test_no_file_needs_one_that_needs_it() -> None:
    """In the whole package, imports within functions and for types only are counted, too."""
    graph = grimp.build_graph("tuui_sampling", cache_dir=None)
    needs = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    circle: list[str] = []
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        circle = error.args[1]
    assert not circle, " <- ".join(circle)


def loaded_by(code: str) -> set[str]:
    """Run code in an interpreter of its own, and return the modules that it has loaded in the end."""
    report = "import json, sys; print(json.dumps(sorted(sys.modules)))"
    script = f"import contextlib, io, sys\nwith contextlib.redirect_stdout(io.StringIO()):\n    {code}\n{report}"
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 0, run.stderr
    return set(json.loads(run.stdout))


@pytest.mark.parametrize("option", ["--help", "--version", "call --help", "check --help", "models --help"])
def test_asking_for_help_loads_hardly_anything(option: str) -> None:
    code = f"from tuui_sampling.cli.main import main\n    with contextlib.suppress(SystemExit): main({option.split()})"
    loaded = loaded_by(code)
    assert "tuui_sampling" in loaded
    assert not loaded & {*HEAVY, "textual", "rich", "asyncio", "sqlite3", "typing", "shutil"}


def test_the_first_paint_imports_what_it_shows_and_nothing_else(tmp_path: Path) -> None:
    """On a configuration, read as in earnest; the demonstration needs less. A few modules more are a decision."""
    config = write_config(tmp_path, {"demo": demo_server()}, more="roots = []")
    loaded = loaded_by(FIRST_PAINT.format(config=str(config)))
    ours = {name.removeprefix("tuui_sampling.") for name in loaded if name.startswith("tuui_sampling.")}
    assert "tui.inbox.empty" in ours
    rooms = {name.split(".")[0] for name in ours}
    assert rooms == {"cli", "config", "frontend", "sampling", "tui"}
    assert not [name for name in ours if name.startswith(NOT_SHOWN_FIRST)]
    assert len(ours) <= MAX_AT_FIRST_PAINT, sorted(ours)
    assert not loaded & {*HEAVY, "sqlite3", "jsonschema", "yaml", "textual_image", "textual.widgets._text_area"}


def test_the_rest_is_imported_in_a_thread_before_it_is_asked_for() -> None:
    """These two functions run there; an import that nothing uses is easily taken away as superfluous."""
    behind = loaded_by("from tuui_sampling.cli.commands.tui import import_backend as it; it()")
    assert {"tuui_sampling.backend", "tuui_sampling.tui.inbox.screen"} <= behind
    later = loaded_by("from tuui_sampling.tui.views import import_other_views as it; it()")
    assert {f"tuui_sampling.tui.{mode}.screen" for mode, _ in MODES} <= behind | later


def test_that_something_is_loaded_would_be_noticed() -> None:
    assert "mcp" in loaded_by("import tuui_sampling.servers.connection")


def test_a_bound_is_called_max_or_min() -> None:
    other = re.compile(r"^ *_?(?:MOST|LEAST|LONGEST|SHORTEST|FEWEST)_[A-Z_]+ *[:=]", re.M)
    assert [path for path in SOURCES if other.search(path.read_text(encoding="utf-8"))] == []


def test_every_file_can_be_read_in_one_sitting() -> None:
    lines = {str(path.relative_to(PACKAGE)): len(path.read_bytes().splitlines()) for path in SOURCES}
    assert {name: count for name, count in lines.items() if count > MAX_LINES} == {}


def test_each_test_stands_where_its_module_does() -> None:
    """`tests/a/b/test_c.py`, or `test_c_more.py`, tests `tuui_sampling/a/b/c.py`, or the package `a/b/c/`."""
    astray = {
        str(path.relative_to(TESTS))
        for path in TESTS.rglob("test_*.py")
        if path != Path(__file__)
        and not any(path.is_relative_to(TESTS / folder) for folder in OF_SEVERAL_ROOMS)
        and module_of(path) is None
    }
    assert astray == set()


def test_every_folder_of_the_program_has_tests_of_its_own() -> None:
    """What one test holds of several modules may stand in any of them; that a whole folder has none may not."""
    folders = {path.parent for path in SOURCES if path.name != "__init__.py"}
    assert {folder for folder in folders if not [*(TESTS / folder.relative_to(PACKAGE)).glob("test_*.py")]} == set()


def module_of(test: Path) -> Path | None:
    """Return the module or package that a test's place and name stand for: the longest name that there is."""
    words = test.stem.removeprefix("test_").split("_")
    folder = PACKAGE / test.relative_to(TESTS).parent
    names = ["_".join(words[:count]) for count in range(len(words), 0, -1)]
    places = [place for name in names for place in (folder / f"{name}.py", folder / name)]
    return next((place for place in places if place.exists()), None)


def test_no_folder_holds_more_than_the_eye_takes_in() -> None:
    files = Counter(str(path.parent.relative_to(PACKAGE)) for path in SOURCES)
    assert {folder: count for folder, count in files.items() if count > MAX_FILES} == {}


class Class(NamedTuple):
    """A class of the program: its name, its lines, and what its bases are called."""

    name: str
    lines: int
    bases: tuple[str, ...]


class Facts(NamedTuple):
    """What the rules below ask of a file."""

    classes: list[Class]
    catches_everything: bool
    names: set[str]
    arguments: set[str | None]


@functools.cache
def facts_of(path: Path) -> Facts:
    """Return what is asked of a file, read once for every rule: that takes longer than all of them."""
    tree = ast.parse(path.read_bytes())
    nodes = list(ast.walk(tree))
    return Facts(
        [class_of(node) for node in tree.body if isinstance(node, ast.ClassDef)],
        any(catches_everything(node) for node in nodes if isinstance(node, ast.ExceptHandler)),
        {
            node.id if isinstance(node, ast.Name) else node.name
            for node in nodes
            if isinstance(node, ast.Name | ast.alias)
        },
        {node.arg for node in nodes if isinstance(node, ast.keyword)},
    )


def test_every_class_with_its_bases_can_be_read_in_one_sitting() -> None:
    by_name: dict[str, list[Class]] = {}
    sizes: dict[str, int] = {}
    for path in SOURCES:
        for one in facts_of(path).classes:
            by_name.setdefault(one.name, []).append(one)
    for path in SOURCES:
        sizes |= {f"{path.relative_to(PACKAGE)}: {one.name}": lines(one, by_name) for one in facts_of(path).classes}
    assert len(sizes) > len(SOURCES) / 2
    assert {name: size for name, size in sizes.items() if size > MAX_CLASS_LINES} == {}


def lines(one: Class, by_name: dict[str, list[Class]]) -> int:
    """Return the lines of a class and of those of our classes that it inherits; of two of one name, the longer one."""
    found = [by_name.get(name, []) for name in one.bases if name != one.name]
    return one.lines + sum(max((lines(base, by_name) for base in bases), default=0) for bases in found)


def class_of(node: ast.ClassDef) -> Class:
    """Return what is asked of a class."""
    size = (node.end_lineno or node.lineno) - node.lineno + 1
    return Class(node.name, size, tuple(name for base in node.bases for name in last_names(base)))


def last_names(base: ast.expr) -> set[str]:
    """Return what a base class is called: `c` for `a.b.c` and for `c[T]`."""
    while isinstance(base, ast.Subscript):
        base = base.value
    if isinstance(base, ast.Attribute):
        return {base.attr}
    return {base.id} if isinstance(base, ast.Name) else set()


def test_nothing_catches_everything_but_at_the_edges() -> None:
    found = {str(path.relative_to(PACKAGE)) for path in SOURCES if facts_of(path).catches_everything}
    assert found == set(EDGES)


def catches_everything(handler: ast.ExceptHandler) -> bool:
    """Whether an `except` catches every exception and does not raise it again."""
    is_any = handler.type is None or {"Exception", "BaseException"} & names(handler.type)
    return bool(is_any) and not raises_again(handler)


def names(node: ast.expr) -> set[str]:
    """Return every name in an expression."""
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def raises_again(handler: ast.ExceptHandler) -> bool:
    """Whether a handler ends with a bare `raise`."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


@pytest.mark.hostile(41, 50)
def test_nothing_waits_by_a_timer_that_can_be_lost() -> None:
    """What is to be done once goes by `Delay`: Textual loses such a timer on a machine with much to do."""
    users = [source for source in SOURCES if re.search(r"\.set_timer\(", source.read_text("utf-8"))]
    assert not users


@pytest.mark.hostile(50)
def test_no_separator_is_a_constant_that_knows_its_width() -> None:
    """Textual's `Content.join` counts such a one once too often: the end of the row is never drawn."""
    users = [
        source for source in SOURCES if re.search(r"^[A-Z_]+ = Content\(", source.read_text("utf-8"), re.MULTILINE)
    ]
    assert not users


def test_foreign_text_is_neither_rendered_nor_parsed_for_display() -> None:
    """Markdown hides what its source says; an editor with a grammar is a parser in C, which foreign text may crash."""
    for file in SOURCES:
        facts = facts_of(file)
        assert not facts.names & {"Markdown", "MarkdownViewer", "Syntax", "tree_sitter"}, file
        assert "language" not in facts.arguments, file

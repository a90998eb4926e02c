"""What is known of an agent's code without running it: its files, and whether one of them has changed."""

import os
import sys
from pathlib import Path

import pytest

from tests.support.models.agent_code import NoDesk, written
from tests.support.models.wires import ask
from tuui_sampling.config.settings import ModelSettings, Settings
from tuui_sampling.providers.agent_code.request import AgentRequest
from tuui_sampling.providers.agent_code.run import run
from tuui_sampling.providers.agent_code.source import MAX_FILES, contents, digest, words
from tuui_sampling.providers.models import Models

FILES = {
    "__init__.py": "from own_helper_a import one\nimport json, own_missing",
    "part/deep.py": "",
    "part/notes.txt": "",
    "../own_helper_a.py": "import own_helper_b.c as c",
    "../own_helper_b/__init__.py": "import own_helper_a",
    "../own_helper_b/c.py": "no Python",
    "../own_stranger.py": "",
}


def names(reference: str, folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in contents(reference)}


def test_a_package_is_known_whole_and_what_it_imports_of_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = written(tmp_path, monkeypatch, "")
    (tmp_path / f"{name}.py").unlink()
    for file, text in FILES.items():
        path = Path(os.path.normpath(tmp_path / name / file))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    known = {"own_helper_a.py", "own_helper_b/__init__.py", "own_helper_b/c.py"}
    assert names(f"{name}.part.deep:x", tmp_path) == {f"{name}/__init__.py", f"{name}/part/deep.py", *known}
    assert words(f"{name}.part.deep:x").startswith("5 files, sha256 ")


@pytest.mark.parametrize("reference", ["nowhere_at_all:x", "sys:x", "a.b..c:x"])
def test_what_is_nowhere_has_no_digest(reference: str) -> None:
    assert (digest(reference), words(reference)) == ("", "")


def test_what_is_installed_is_known_without_what_it_imports() -> None:
    assert all(path.parent.name == "json" for path in contents("json:loads"))
    assert 0 < len(contents("pydantic:x")) <= MAX_FILES


async def test_changed_code_is_told_is_approved_anew_and_is_what_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new text is as long as the old one and of the same moment: Python would take what it has compiled."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (helper := tmp_path / "own_changing.py").write_text("WORD = 'old'")
    reference = f"{written(tmp_path, monkeypatch, FROM_HELPER)}:answer"
    worker = ModelSettings("worker", "agent", "demo", agent=reference)
    models = Models(Settings({}, {"worker": worker, "demo": ModelSettings("demo", "demo")}), {})
    request, asked = AgentRequest(ask(), "demo", {}, NoDesk()), ask()
    before, recipient, stat = models.notes("worker", asked), models.recipient("worker"), helper.stat()
    assert f"({words(reference)})" in before[-1].text and "2 files" in before[-1].text
    assert await run(reference, request) == "old"
    helper.write_text("WORD = 'new'")
    os.utime(helper, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    assert models.notes("worker", asked)[-1].text == f"the code {reference} has changed since the program began"
    assert models.recipient("worker") != recipient
    assert await run(reference, request) == "new"


FROM_HELPER = """
from own_changing import WORD

async def answer(request):
    return WORD
"""

"""The further search for secrets: merged with our own, by a worker that may be missing, slow, wrong or dead."""

import os
import sys
from pathlib import Path

import pytest

from tests.support.desks import ORIGIN, office, request
from tests.support.full_request import user
from tests.support.models.scripted_models import ScriptedProvider, answer
from tests.support.paths import ROOT
from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.desk import leaks as leaks_module
from tuui_sampling.desk.leaks import COMMAND, MAX_FAILURES, Leaks
from tuui_sampling.policy.leaks.learnt import hits_in, is_learnt
from tuui_sampling.policy.survey import in_request
from tuui_sampling.sampling.phase import Phase

pytestmark = pytest.mark.process

LIBRARY = """
class Finding:
    rule_id, confidence = "house-key", "high"
    def __init__(self, secret):
        self.secret = secret

def scan_string(text):
    text.encode()
    assert "\\0" not in text
    return [Finding("house key 17")] if "house key 17" in text else []
"""
"""Stands for the library, whose rules are many: it knows one secret, which no table of ours has."""


@pytest.fixture
def library(tmp_path: Path) -> dict[str, str]:
    """Return an environment in which that can be imported."""
    (tmp_path / "betterleaks.py").write_text(LIBRARY)
    return {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}", "OPENAI_API_KEY": "sk-of-nobody's-business"}


async def test_what_it_finds_is_merged_with_what_the_table_finds(library: dict[str, str]) -> None:
    card = "4242" + "424242424242"
    text = f"\ud800\0 the house key 17, again the house key 17, and {card}"
    leaks = Leaks(environ=library)
    assert [hit.rule for hit in hits_in(text)] == ["payment card"]
    await leaks.search([text, "short", "nothing in here"])
    assert leaks.problem == ""
    assert [(hit.rule, text[hit.start : hit.end]) for hit in hits_in(text)] == [
        ("betterleaks: house-key", "house key 17"),
        ("betterleaks: house-key", "house key 17"),
        ("payment card", card),
    ]
    assert is_learnt("nothing in here")
    assert not is_learnt("short")
    findings = in_request(request(messages=[user(text.replace("\ud800", ""))]))
    assert [one.rule for one in findings if one.kind.value == "personal"] == ["payment card"]
    process = leaks._process
    assert process is not None
    environ = Path(f"/proc/{process.pid}/environ").read_bytes()
    assert b"sk-of-nobody" not in environ
    await leaks.aclose()
    assert process.returncode is not None


@pytest.mark.parametrize(
    "code",
    ["", "import time; time.sleep(600)", "print('[]')", "print('[[[0, 99, 1, 1]]]')", "print('x')", "print('7')"],
    ids=["ends", "sleeps", "answers too little", "a place beyond", "no JSON", "no list"],
)
async def test_one_that_is_of_no_help_is_left_alone(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaks_module, "TIMEOUT", 0.2 if "sleep" in code else 20.0)
    leaks = Leaks((sys.executable, "-c", f"input(); {code}" if code else ""))
    for _ in range(MAX_FAILURES + 1):
        await leaks.search([f"a text for {code!r}"])
        assert "has failed" in leaks.problem
        assert leaks._process is None
    assert not is_learnt(f"a text for {code!r}")
    assert leaks._failures == MAX_FAILURES


async def test_one_that_can_not_be_started_is_told() -> None:
    leaks = Leaks(("/nonexistent/worker",))
    await leaks.search(["some text of some length"])
    assert "FileNotFoundError" in leaks.problem
    await leaks.aclose()


async def test_what_it_finds_is_replaced_by_placeholders(library: dict[str, str], tmp_path: Path) -> None:
    servers = {ORIGIN.server: ServerSettings(ORIGIN.server, redact=("secret",))}
    async with office(tmp_path, ScriptedProvider(answer("x")), servers=servers) as place:
        place.desk.leaks = Leaks(environ=library)
        asking = place.ask("this is the house key 17 of them")
        review = await place.at(Phase.REQUEST)
        assert "house key 17" not in repr(review)
        assert "⟦secret 1⟧" in repr(review.asked)
        asking.cancel()
        await place.desk.leaks.aclose()


async def test_the_real_library_finds_what_it_knows() -> None:
    pytest.importorskip("betterleaks")
    token = "ghp_" + "DPrAJ71fTquWoGsbeKXgzg2sye9b2R3wLmJ0"
    leaks = Leaks(COMMAND)
    await leaks.search([f"a token {token} here"])
    assert leaks.problem == ""
    assert is_learnt(f"a token {token} here")
    assert [hit.rule for hit in hits_in(f"a token {token} here")] == ["GitHub token"], "ours has it already"
    await leaks.aclose()

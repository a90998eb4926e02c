"""What rules say besides allow and deny: a place in the list, what is replaced, and what the record keeps."""

import asyncio
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.desk.test_judging import SECRET, allow, deny
from tests.support.desks import ORIGIN, WITHDRAWN, eventually, kinds, office
from tests.support.models.scripted_models import ScriptedProvider, answer
from tuui_sampling.config.policy.rules import RuleSettings
from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.policy.rules import Rules
from tuui_sampling.sampling.decision import Reject, Settle
from tuui_sampling.sampling.inquiry import FormElicitation, Reply
from tuui_sampling.sampling.phase import Gate, Phase

MAIL = "anna.berg@mailbox.org"


def ask(name: str, **more: Any) -> RuleSettings:
    """Return a rule that asks."""
    return RuleSettings("ask", name, **more)


async def test_a_rule_gives_what_it_matches_a_place_and_the_record_says_which_rule(tmp_path: Path) -> None:
    rules = Rules([ask("urgent", prompt="*now*", priority="high"), ask("later", server="notes", priority="low")])
    async with office(tmp_path, ScriptedProvider(answer("fine")), judge=rules) as place:
        for number, (text, priority) in enumerate([("do it now", 1), ("whenever", -1)], 1):
            asked = place.ask(text)
            review = await place.at(Phase.REQUEST, number)
            assert review.priority == priority
            await eventually(partial(place.desk.settle, number, Gate.REQUEST, Reject("")))
            await asked
        rows = [(await place.rows(review))[0] for review in place.desk.reviews.values()]
        assert [row.data["treated"]["rules"] for row in rows] == [["urgent", "later"], ["later"]]


async def test_a_rule_replaces_before_anything_else_sees_it_and_is_held_against_what_came(tmp_path: Path) -> None:
    provider = ScriptedProvider(answer("write to ⟦personal 1⟧"))
    rules = Rules(
        [
            allow("without names", findings=("personal",), redact=("personal", "secret")),
            deny("nothing secret", findings=("secret",)),
        ]
    )
    async with office(tmp_path, provider, judge=rules) as place:
        outcome = await place.ask(f"ask {MAIL} about {SECRET}", maxTokens=100)
        assert outcome.phase is Phase.DELIVERED
        assert outcome.response is not None and outcome.response.text == f"write to {MAIL}"
        (review,) = place.desk.reviews.values()
        assert {one.rule for one in review.decided.values()} == {"without names"}
        sent = str(provider.asked)
        assert "⟦personal 1⟧" in sent and MAIL not in sent and SECRET not in sent
        rows = await place.rows(review)
        assert rows[0].data["treated"] == {
            "rules": ["without names"],
            "priority": 0,
            "redact": ["personal", "secret"],
            "record": "texts",
        }


async def test_a_rule_and_its_server_s_table_replace_together_and_a_rule_on_trial_does_nothing(tmp_path: Path) -> None:
    servers = {"notes": ServerSettings("notes", redact=("personal",))}
    rules = Rules([ask("secrets", redact=("secret",)), ask("all", trial=True, record="digests", priority="high")])
    async with office(tmp_path, ScriptedProvider(answer("fine")), judge=rules, servers=servers) as place:
        asked = place.ask(f"ask {MAIL} about {SECRET}")
        review = await place.at(Phase.REQUEST)
        assert {name.split()[0] for name in review.redacted} == {"⟦secret", "⟦personal"}
        assert (review.priority, review.keeps_texts) == (0, True)
        await eventually(lambda: place.desk.settle(1, Gate.REQUEST, Reject("")))
        await asked


@pytest.mark.parametrize("ends", ["delivered", "rejected"])
async def test_a_rule_has_digests_kept_in_the_place_of_every_text(tmp_path: Path, ends: str) -> None:
    provider = ScriptedProvider(answer("the word is Rumpelstilzchen"))
    effect = allow("not kept", record="digests") if ends == "delivered" else deny("not kept", record="digests")
    async with office(tmp_path, provider, judge=Rules([effect])) as place:
        asked: dict[str, Any] = {
            "systemPrompt": "Zwergenkoenig",
            "stopSequences": ["Spinnrad"],
            "metadata": {"Strohgold": 1},
        }
        outcome = await place.ask("who is Rapunzel", maxTokens=100, **asked)
        assert outcome.phase.value == ends
        (review,) = place.desk.reviews.values()
        rows = await place.rows(review)
        kept = str([row.data for row in rows])
        assert "not kept: 15 bytes, sha256" in kept and "'role': 'user'" in kept
        assert all(row.data["withheld"] for row in rows)
        if ends == "delivered":
            assert kinds(rows) == ["received", "judged", "approved", "sent", "response", "judged", "delivered"]
    secret_words = ("Rumpelstilzchen", "Zwergenkoenig", "Spinnrad", "Strohgold", "Rapunzel")
    for file in filter(Path.is_file, tmp_path.rglob("*")):
        content = file.read_bytes().lower()
        assert [word for word in secret_words if word.lower().encode() in content] == [], file.name


async def test_an_answer_that_was_not_kept_is_never_offered_as_an_earlier_one(tmp_path: Path) -> None:
    provider = ScriptedProvider(answer("one"), answer("two"))
    rules = Rules([allow("not kept", record="digests", answer_with="earlier")])
    async with office(tmp_path, provider, judge=rules) as place:
        for _ in range(2):
            assert (await place.ask(maxTokens=100)).phase is Phase.DELIVERED
        assert len(provider.asked) == 2


async def test_a_question_has_its_place_and_its_answer_is_not_kept(tmp_path: Path) -> None:
    form = FormElicitation("What is the PIN?", {"properties": {"pin": {"type": "integer"}}})
    rules = Rules([ask("forms", kind="elicitation", server="notes", priority="high", record="digests")])
    async with office(tmp_path, ScriptedProvider(answer("fine")), judge=rules) as place:
        task = asyncio.create_task(place.desk.inquire(form, ORIGIN, lambda: WITHDRAWN))
        await eventually(lambda: place.desk.inquiries)
        (inquiry,) = place.desk.inquiries.values()
        assert inquiry.priority == 1
        reply = Settle(Reply("accept", {"pin": 739_184}))
        await eventually(lambda: place.desk.settle(1, Gate.REQUEST, reply))
        await task
        await place.ledger.aclose()
    with closing(sqlite3.connect(place.path)) as connection:
        written = str(connection.execute("SELECT data FROM events").fetchall())
    assert "739184" not in written and "PIN" not in written and '"action":"accept"' in written.replace(" ", "")


def test_a_request_is_what_it_was_where_no_rule_has_anything_to_say() -> None:
    assert Rules([allow(), deny()]).treats is False
    assert Rules([deny(priority="low")]).treats is True

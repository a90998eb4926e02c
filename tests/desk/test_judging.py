"""The desk asks the one judge: at both gates and about inquiries; what it says is in the record, and costs little."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.policy.values import made_secrets
from tests.support.desks import ORIGIN, WITHDRAWN, Office, accept, approve, eventually, kinds, office, recorded, request
from tests.support.history_entries import received
from tests.support.models.scripted_models import ScriptedProvider, answer, for_ever
from tuui_sampling.config.policy.limits import LimitSettings
from tuui_sampling.config.policy.rules import RuleSettings
from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.desk import judging
from tuui_sampling.desk.record_rows import value_digest
from tuui_sampling.history.entry import RuleUse
from tuui_sampling.history.ledger import Entry, Kind, Ledger
from tuui_sampling.policy.redaction.placeholders import KINDS, Placeholders, redact
from tuui_sampling.policy.risk import Standing
from tuui_sampling.policy.rules import Rules
from tuui_sampling.policy.verdict import Verdict
from tuui_sampling.providers.provider import TextDelta
from tuui_sampling.sampling.decision import Reject, Settle
from tuui_sampling.sampling.derived.beside import SHORT
from tuui_sampling.sampling.errors import LedgerError
from tuui_sampling.sampling.inquiry import FormElicitation, Reply, Root, RootsRequest, UrlElicitation
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.sampling.request import Message, TextBlock

GUARDS = ("first request", "unknown cost")
SECRET = made_secrets()[0][1]


def allow(name: str = "small ones", **more: Any) -> RuleSettings:
    """Return a rule that allows what the office's server asks."""
    conditions: dict[str, Any] = {"server": "notes", "model": "scripted", "max_tokens": 500, "despite": GUARDS} | more
    return RuleSettings("allow", name, **conditions)


def deny(name: str = "never", **more: Any) -> RuleSettings:
    """Return a rule that denies."""
    return RuleSettings("deny", name, **more)


def judged(rows: list[Entry]) -> list[tuple[str, str, str | None]]:
    """Return what was judged: gate, verdict and rule."""
    return [(row.data["gate"], row.data["verdict"], row.data["rule"]) for row in rows if row.kind is Kind.JUDGED]


async def test_what_a_rule_allows_passes_both_gates_and_the_record_names_it(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("fine")), judge=Rules([allow()])) as place:
        outcome = await place.ask(maxTokens=100)
        assert outcome.phase is Phase.DELIVERED
        (review,) = place.desk.reviews.values()
        assert {gate: one.rule for gate, one in review.decided.items()} == dict.fromkeys(Gate, "small ones")
        rows = await place.rows(review)
        assert judged(rows) == [("request", "pass", "small ones"), ("response", "pass", "small ones")]
        assert kinds(rows) == ["received", "judged", "approved", "sent", "response", "judged", "delivered"]
        assert recorded(place.ledger.path, "judged") == 0, "each is written in the row of what followed"


async def test_what_was_judged_of_an_approval_that_is_not_written_goes_with_the_next_row(tmp_path: Path) -> None:
    limits = LimitSettings(tokens_per_day=100)
    async with office(tmp_path, ScriptedProvider(answer("fine")), judge=Rules([allow()]), limits=limits) as place:
        assert (await place.ask(maxTokens=101)).phase is Phase.REJECTED
        (review,) = place.desk.reviews.values()
        assert kinds(await place.rows(review)) == ["received", "judged", "rejected"]


async def test_what_was_to_pass_and_can_not_has_its_row_before_a_person_is_asked(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("")), judge=Rules([allow()])) as place:
        asked = place.ask(maxTokens=100)
        review = await place.at(Phase.RESPONSE)
        await place.ledger.commit(None)
        assert kinds(await place.ledger.entries(review.key))[-1] == "judged"
        place.settle(review, Reject(""), Gate.RESPONSE)
        assert (await asked).phase is Phase.REJECTED


async def test_what_a_rule_denies_is_rejected_by_its_name_and_no_model_is_called(tmp_path: Path) -> None:
    provider = ScriptedProvider(answer("fine"))
    rules = Rules([allow(despite=(*GUARDS, "secret")), deny("no secrets", findings=("secret",))])
    async with office(tmp_path, provider, judge=rules) as place:
        outcome = await place.ask(f"use {SECRET}", maxTokens=100)
        assert (outcome.phase, outcome.gate, outcome.reason) == (Phase.REJECTED, Gate.REQUEST, "rule: no secrets")
        (review,) = place.desk.reviews.values()
        rows = await place.rows(review)
        assert judged(rows) == [("request", "reject", "no secrets")]
        assert SECRET not in str([row.data for row in rows if row.kind is Kind.JUDGED])


async def test_a_guard_asks_and_a_person_decides(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("fine")), judge=Rules([allow()])) as place:
        asked = place.ask(f"use {SECRET}", maxTokens=100)
        review = await place.at(Phase.REQUEST)
        await eventually(lambda: place.desk.settle(1, Gate.REQUEST, approve(review)), "it is judged, and then asked")
        await place.at(Phase.RESPONSE)
        await eventually(lambda: place.desk.settle(1, Gate.RESPONSE, accept(review)), "it is judged, and then asked")
        assert (await asked).phase is Phase.DELIVERED
        assert review.decided == {}


async def test_a_response_is_judged_for_itself(tmp_path: Path) -> None:
    rules = Rules([allow(), deny("no secrets out", findings=("secret",), stage="response")])
    async with office(tmp_path, ScriptedProvider(answer(f"it is {SECRET}")), judge=rules) as place:
        outcome = await place.ask(maxTokens=100)
        assert (outcome.phase, outcome.gate, outcome.reason) == (Phase.REJECTED, Gate.RESPONSE, "rule: no secrets out")


async def test_a_rule_of_one_gate_leaves_the_other_to_a_person(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("fine")), judge=Rules([allow(stage="request")])) as place:
        asked = place.ask(maxTokens=100)
        await place.at(Phase.RESPONSE)
        await eventually(lambda: place.desk.settle(1, Gate.RESPONSE, Reject("no")), "it is judged, and then asked")
        assert (await asked).gate is Gate.RESPONSE


async def test_what_passes_by_rule_can_be_stopped_by_the_person(tmp_path: Path) -> None:
    provider = ScriptedProvider((TextDelta("it"), for_ever))
    async with office(tmp_path, provider, judge=Rules([allow()])) as place:
        asked = place.ask(maxTokens=100)
        review = await place.at(Phase.GENERATING)
        place.settle(review, Reject("stop"), Gate.RESPONSE)
        assert (await asked).phase is Phase.REJECTED


async def test_without_anybody_to_ask_what_no_rule_allows_is_rejected(tmp_path: Path) -> None:
    rules = Rules([allow(max_tokens=5)], otherwise=Verdict.REJECT)
    async with office(tmp_path, ScriptedProvider(answer("fine")), judge=rules) as place:
        outcome = await place.ask(maxTokens=100)
        assert (outcome.phase, outcome.reason) == (Phase.REJECTED, "no rule allows it")


async def test_a_model_that_fails_is_asked_about_where_somebody_is_there(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(), selection=None, judge=Rules([deny(tool="other")])) as place:
        asked = place.ask(maxTokens=100)
        await place.at(Phase.REQUEST)
        await eventually(lambda: place.desk.settle(1, Gate.REQUEST, Reject("")), "it is judged, and then asked")
        await asked


# --- budgets ---


async def test_the_budget_of_a_rule_holds_over_a_restart_and_a_second_instance(tmp_path: Path) -> None:
    rules = [allow(requests_per_hour=2)]
    for expected in (Phase.DELIVERED, Phase.DELIVERED):
        async with office(tmp_path, ScriptedProvider(answer("a")), judge=Rules(rules)) as place:
            assert (await place.ask(maxTokens=100)).phase is expected
    async with (
        office(tmp_path, ScriptedProvider(answer("a")), judge=Rules(rules, otherwise=Verdict.REJECT)) as first,
        office(tmp_path, ScriptedProvider(answer("a")), judge=Rules(rules, otherwise=Verdict.REJECT)) as second,
    ):
        for place in (first, second):
            assert (await place.ask(maxTokens=100)).phase is Phase.REJECTED


async def test_how_often_a_rule_has_matched_is_counted(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("a")), judge=Rules([allow()])) as place:
        await place.ask(maxTokens=100)
        await place.ledger.aclose()
        use = await place.ledger.rule_use("small ones")
        assert use.count == 1, "one request, at both gates"
        assert use.last is not None
        assert await place.ledger.rule_use("another") == RuleUse()


# --- inquiries ---

FORM = FormElicitation("Sure?", {"properties": {"confirm": {"type": "boolean"}}, "required": ["confirm"]})


def answering(**content: Any) -> RuleSettings:
    """Return a rule that answers an elicitation."""
    reply = {"action": "accept", "content": content}
    return RuleSettings("allow", "yes", kind="elicitation", server="notes", despite=GUARDS, answer=reply)


async def test_a_rule_answers_an_elicitation(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(), judge=Rules([answering(confirm=True)])) as place:
        outcome = await place.desk.inquire(FORM, ORIGIN, lambda: WITHDRAWN)
        assert outcome.reply == Reply("accept", {"confirm": True})
        (inquiry,) = place.desk.inquiries.values()
        await place.ledger.aclose()
        rows = await place.ledger.entries(inquiry.key)
        assert judged(rows) == [("request", "pass", "yes")]
        assert kinds(rows)[-1] == "accepted"


@pytest.mark.parametrize("content", [{}, {"confirm": "yes"}, {"confirm": True, "more": 1}])
async def test_an_answer_that_does_not_fit_is_asked_about(tmp_path: Path, content: dict[str, Any]) -> None:
    async with office(tmp_path, ScriptedProvider(), judge=Rules([answering(**content)])) as place:
        await asked_by_hand(place, FORM)


async def test_a_page_is_never_visited_by_rule(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(), judge=Rules([answering(confirm=True)])) as place:
        await asked_by_hand(place, UrlElicitation("go", "https://a.example/"))


async def test_roots_are_shared_or_refused_by_rule(tmp_path: Path) -> None:
    roots = RootsRequest((Root("file:///a"),))
    sharing = RuleSettings("allow", "share", kind="roots", server="notes", despite=GUARDS)
    for rule, reply in ((sharing, Reply("accept", roots=roots.configured)), (deny(kind="roots"), Reply("decline"))):
        async with office(tmp_path, ScriptedProvider(), judge=Rules([rule])) as place:
            assert (await place.desk.inquire(roots, ORIGIN, lambda: WITHDRAWN)).reply == reply


async def asked_by_hand(place: Office, asked: FormElicitation | UrlElicitation) -> None:
    """Have an inquiry arrive, and see that it waits for a person."""
    task = asyncio.create_task(place.desk.inquire(asked, ORIGIN, lambda: WITHDRAWN))
    await eventually(lambda: place.desk.inquiries and place.desk.settle(1, Gate.REQUEST, Settle(Reply("decline"))))
    assert (await task).reply == Reply("decline")


# --- an earlier answer ---


async def test_an_earlier_answer_is_returned_by_rule_while_it_is_young(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("first")), judge=Rules([allow()])) as place:
        await place.ask("same", maxTokens=100)
    earlier = allow(answer_with="earlier", max_age=timedelta(days=1))
    async with office(tmp_path, ScriptedProvider(answer("second")), judge=Rules([earlier])) as place:
        outcome = await place.ask("same", maxTokens=100)
        assert outcome.response is not None
        assert outcome.response.text == "first"
    old = replace(earlier, max_age=timedelta())
    async with office(tmp_path, ScriptedProvider(answer("second")), judge=Rules([old])) as place:
        outcome = await place.ask("same", maxTokens=100)
        assert outcome.response is not None
        assert outcome.response.text == "second"


# --- the search, and the record ---


async def test_a_long_request_is_searched_in_a_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[int] = []
    real = asyncio.to_thread

    async def counted(function: Any, /, *args: Any) -> Any:
        threads.append(1)
        return await real(function, *args)

    monkeypatch.setattr(asyncio, "to_thread", counted)
    await judging.searched(request("x" * (SHORT + 1)))
    assert threads == [1]
    await judging.searched(request("short"))
    assert threads == [1]


@pytest.mark.hostile(75)
async def test_a_broken_record_lets_nothing_pass(tmp_path: Path) -> None:
    path = tmp_path / "record"
    path.mkdir()
    ledger = Ledger.unwritable(path, LedgerError("broken"))
    async with office(
        tmp_path, ScriptedProvider(answer("a")), judge=Rules([allow()], otherwise=Verdict.REJECT)
    ) as place:
        place.desk.record._ledger = ledger
        assert (await place.ask(maxTokens=100)).phase is Phase.REJECTED


@pytest.mark.hostile(75)
async def test_a_record_that_was_changed_has_everything_asked(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite3"
    ledger = await Ledger.open(path)
    await ledger.commit(received())
    await ledger.aclose()
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("DROP TRIGGER events_refuse_update")
        other.execute("UPDATE events SET data = '{}'")
    ledger = await Ledger.open(path)
    provider = ScriptedProvider(answer("a"))
    async with office(tmp_path, provider, judge=Rules([allow()])) as place:
        place.desk.record._ledger = ledger
        asking = place.ask(maxTokens=100)
        review = await place.at(Phase.REQUEST)
        await eventually(lambda: place.desk.settle(1, Gate.REQUEST, Reject()), "it is judged, and then asked")
        assert provider.asked == []
        assert (await asking).phase is Phase.REJECTED
        await ledger.aclose()
        judgements = [row for row in await ledger.entries(review.key) if row.kind is Kind.JUDGED]
        assert "event 1 " in judgements[0].data["reason"]


# --- redaction ---


async def test_a_server_whose_secrets_are_redacted_never_has_them_sent_shown_or_written(tmp_path: Path) -> None:
    card = "4242" + "424242424242"
    provider = ScriptedProvider(answer("about ⟦secret 1⟧ and ⟦personal 1⟧"))
    servers = {"notes": ServerSettings("notes", redact=("secret", "personal"))}
    rule = allow(despite=(*GUARDS, "secret"))
    origin = replace(ORIGIN, raw=f"{SECRET} {card}")
    async with office(tmp_path, provider, judge=Rules([rule]), servers=servers) as place:
        outcome = await place.ask(f"use {SECRET} and {card}", origin, maxTokens=100)
        assert outcome.response is not None
        assert outcome.response.text == f"about ⟦secret 1⟧ and {card}"
        (review,) = place.desk.reviews.values()
        assert "⟦secret 1⟧" in str(provider.asked[0])
        assert SECRET not in repr(review) + str(provider.asked)
        await place.rows(review)
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert SECRET.encode() not in stored
    assert card.encode() not in stored


@pytest.mark.parametrize(
    ("chosen", "returned"),
    [
        (None, "to ⟦secret 1⟧ and ann@firm.net"),
        (frozenset[str](), "to ⟦secret 1⟧ and ⟦personal 1⟧"),
        (frozenset({"⟦secret 1⟧", "⟦personal 1⟧"}), f"to {SECRET} and ann@firm.net"),
        (frozenset({"⟦secret 1⟧"}), f"to {SECRET} and ⟦personal 1⟧"),
    ],
)
async def test_what_a_person_has_redacted_is_put_back_as_they_say_and_never_written(
    tmp_path: Path, chosen: frozenset[str] | None, returned: str
) -> None:
    provider = ScriptedProvider(answer("to ⟦secret 1⟧ and ⟦personal 1⟧"))
    async with office(tmp_path, provider) as place:
        asking = place.ask(f"mail {SECRET} to ann@firm.net")
        review = await place.at(Phase.REQUEST)
        redacted = redact(review.asked, KINDS)
        place.settle(review, replace(approve(review, asked=redacted.request), redacted=redacted.values))
        await place.at(Phase.RESPONSE)
        place.settle(review, replace(accept(review), put_back=chosen))
        outcome = await asking
        assert outcome.response is not None
        assert outcome.response.text == returned
        assert SECRET not in str(provider.asked) + repr(review.redacted.keys())
        rows = await place.rows(review)
        assert rows[-1].data["result"]["content"]["text"] == "to ⟦secret 1⟧ and ⟦personal 1⟧"
        assert set(rows[-1].data["put_back"]) == ({"⟦personal 1⟧"} if chosen is None else chosen)
        (approved,) = (row.data for row in rows if row.kind is Kind.APPROVED)
        assert approved["redacted"] == {
            one: value_digest(review.key, value) for one, value in redacted.values.items()
        }  # who knows the value finds it again, and nobody else reads it
        assert SECRET not in str([row.data for row in rows if row.kind is not Kind.RECEIVED])
        again = place.ask(f"mail {SECRET} to ann@firm.net")  # the earlier answer's placeholders are known by then
        await eventually(lambda: 2 in place.desk.reviews and place.desk.reviews[2].candidates, "an earlier answer")
        second = place.desk.reviews[2]
        assert second.redacted == {"⟦secret 1⟧": SECRET, "⟦personal 1⟧": "ann@firm.net"}
        place.settle(second, replace(accept(second), put_back=chosen))
        answered = await again
        assert answered.response is not None
        assert answered.response.text == returned


async def test_what_a_person_has_written_stays_out_where_nobody_chooses(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("to ⟦personal 1⟧ and ⟦personal 2⟧"))) as place:
        asking = place.ask("mail ann@firm.net")
        review = await place.at(Phase.REQUEST)
        own = Message("user", (TextBlock("or bob@firm.net"),))
        written = replace(review.asked, messages=(*review.asked.messages, own))
        redacted = redact(written, KINDS, Placeholders(review.asked))
        place.settle(review, replace(approve(review, asked=redacted.request), redacted=redacted.values))
        await place.at(Phase.RESPONSE)
        place.settle(review, accept(review))
        outcome = await asking
        assert outcome.response is not None
        assert outcome.response.text == "to ann@firm.net and ⟦personal 2⟧"


NOBODY: dict[str, tuple[list[RuleSettings], dict[str, Any], int]] = {
    "no rule allows it": ([], {}, 0),
    "locked": ([], {"preset": "locked"}, 0),
    "a guard that is not lifted": ([allow(despite=())], {}, 0),
    "a rule that asks": ([allow(), RuleSettings("ask", "look at it")], {}, 0),
    "no rule allows the answer": ([allow(stage="request")], {}, 0),
    "a limit": ([allow(max_tokens=10_000)], {"tokens": 5_000}, 0),
    "a deny": ([deny()], {}, 1),
    "a deny of the answer": ([allow(), deny(stage="response")], {}, 1),
    "a person": ([], {"otherwise": Verdict.ASK}, 1),
}


@pytest.mark.parametrize(("rules", "more", "rejected"), NOBODY.values(), ids=NOBODY)
async def test_what_nobody_decided_says_nothing_of_its_server(
    tmp_path: Path, rules: list[RuleSettings], more: dict[str, Any], rejected: int
) -> None:
    """Else a server's first request is no first one any more once nobody was there to ask about it."""
    judge = Rules(rules, **{"otherwise": Verdict.REJECT, **{key: more[key] for key in more if key != "tokens"}})
    limits = LimitSettings(max_tokens=4_000, tokens_per_day=4_500)
    async with office(tmp_path, ScriptedProvider(answer("fine")), judge=judge, limits=limits) as place:
        record = place.desk.record
        assert await record.standing("notes") == Standing()
        asked = place.ask(maxTokens=more.get("tokens", 100))
        if judge.asks:
            review = await place.at(Phase.REQUEST)  # which is being judged still, maybe
            await eventually(lambda: place.desk.settle(review.id, Gate.REQUEST, Reject("no")))
        assert (await asked).phase is Phase.REJECTED
        assert await record.standing("notes") == Standing(rejected=rejected)
        await place.ledger.commit(None)
        assert await place.ledger.standing("notes") == (0, rejected), "what the next start knows"

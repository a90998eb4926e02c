"""The ring of messages: bounded, matched, searchable; and what of it a file may hold."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.desks import eventually
from tests.support.paths import ROOT, modern_sdk_server
from tests.support.supervised import PUPPET, Asked, cancelled, sampling, stage
from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.sampling.errors import ServerError
from tuui_sampling.sampling.item import Item
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.sampling.request import TextBlock
from tuui_sampling.servers.state.server import ServerState
from tuui_sampling.servers.state.trace import KEPT_OF_ONE, Direction, MessageKind, Trace, TracedMessage
from tuui_sampling.servers.trace_export import MASK, export, masked, secrets_of

CAME, SENT = Direction.CAME, Direction.SENT
REQUEST, RESPONSE, ERROR, NOTIFICATION = MessageKind


def filled(count: int, **limits: int) -> Trace:
    """Return a trace with notifications."""
    trace = Trace(**limits)
    for number in range(count):
        trace.add(CAME, NOTIFICATION, f"note/{number}", None, b"x" * 10)
    return trace


def item(origin: Origin, arrived: float) -> Item:
    """Return something that waits."""
    return Item(id=1, key="1", origin=origin, arrived=arrived, arrived_at=datetime.now(UTC))


# --- the ring ---


def test_the_oldest_go_first() -> None:
    trace = filled(10, most_messages=4)
    assert [message.method for message in trace] == [f"note/{number}" for number in (6, 7, 8, 9)]
    assert (len(trace), trace.dropped, trace.revision) == (4, 6, 10)
    assert trace.get(6) is None
    found = trace.get(7)
    assert found is not None
    assert found.method == "note/6"
    assert trace.get(11) is None
    assert trace.get(None) is None
    assert [message.number for message in trace.since(8)] == [9, 10]
    assert [message.number for message in trace.since(0)] == [7, 8, 9, 10]
    assert Trace().since(0) == []


def test_bytes_are_bounded_and_one_message_is_always_kept() -> None:
    trace = filled(100, most_bytes=35)
    assert len(trace) == 3
    trace.add(CAME, NOTIFICATION, "long", None, b"y" * 50)
    assert [message.method for message in trace] == ["long"]


def test_a_long_message_is_cut_and_says_how_long_it_was() -> None:
    trace = Trace()
    trace.add(SENT, REQUEST, "m", 1, b"x" * (KEPT_OF_ONE + 1))
    trace.add(SENT, REQUEST, "m", 2, b"x" * KEPT_OF_ONE)
    cut, whole = trace
    assert (cut.size, len(cut.data), cut.is_whole) == (KEPT_OF_ONE + 1, KEPT_OF_ONE, False)
    assert whole.is_whole


def test_clearing_begins_anew_with_the_next_number() -> None:
    trace = filled(3)
    trace.clear()
    assert (len(trace), trace.dropped, trace.revision) == (0, 0, 4)
    trace.add(CAME, NOTIFICATION, "next", None, b"")
    assert [message.number for message in trace] == [4]


# --- matching ---


def numbers(trace: Trace) -> list[int | None]:
    """Return with which message each is matched."""
    return [message.other for message in trace]


def test_answers_find_their_requests_and_bring_a_latency() -> None:
    trace = Trace()
    trace.add(SENT, REQUEST, "tools/call", 1, b"")
    trace.add(CAME, REQUEST, "sampling/createMessage", 1, b"")
    trace.add(SENT, ERROR, None, 1, b"")
    trace.add(CAME, RESPONSE, None, 1, b"")
    trace.add(CAME, RESPONSE, None, 1, b"")
    call, asked, refused, result, stray = trace
    assert numbers(trace) == [4, 3, 2, 1, None]
    assert (refused.method, result.method, stray.method) == ("sampling/createMessage", "tools/call", None)
    assert call.latency == result.latency == result.moment - call.moment
    assert asked.latency == refused.latency is not None
    assert stray.latency is None


def test_the_refusal_of_a_second_use_of_an_id_is_the_second_s_answer() -> None:
    trace = Trace()
    trace.add(CAME, REQUEST, "first", "a", b"")
    trace.add(CAME, REQUEST, "second", "a", b"")
    trace.add(SENT, ERROR, None, "a", b"", past_session=True)
    trace.add(SENT, RESPONSE, None, "a", b"")
    assert numbers(trace) == [4, 3, 2, 1]


def test_ids_of_an_earlier_connection_match_nothing() -> None:
    trace = Trace()
    trace.add(SENT, REQUEST, "initialize", 0, b"")
    trace.end()
    trace.add(CAME, RESPONSE, None, 0, b"")
    assert numbers(trace) == [None, None]
    assert next(iter(trace)).unanswered == "the connection ended"


def test_what_was_cancelled_waits_for_no_answer_and_may_get_one_all_the_same() -> None:
    trace = Trace()
    for number in (1, 2, 3):
        trace.add(SENT, REQUEST, "tools/call", number, b"")
    trace.cancelled(SENT, 1)
    trace.cancelled(SENT, 2)
    trace.cancelled(CAME, 3)
    trace.cancelled(SENT, 99)
    trace.add(CAME, RESPONSE, None, 2, b"")
    trace.end()
    assert [message.unanswered for message in trace] == ["cancelled", "", "the connection ended", ""]


def test_unanswered_requests_are_forgotten_with_their_messages() -> None:
    trace = Trace(most_messages=5)
    for number in range(100):
        trace.add(CAME, REQUEST, "m", number, b"")
    assert len(trace._open) == 5
    trace.add(SENT, RESPONSE, None, 0, b"")
    assert list(trace)[-1].other is None


# --- searching ---


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", True),
        ("SAMPLING", True),
        ("came request", True),
        ("request 17", True),
        ("grüße", True),
        ("sampling GRÜSSE", False),
        ("sent", False),
        ("sampling nowhere", False),
    ],
)
def test_all_words_must_occur_in_the_facts_or_in_the_text(words: str, found: bool) -> None:
    message = TracedMessage(1, CAME, REQUEST, "sampling/createMessage", 17, 10, "Grüße".encode())
    assert message.holds(words) is found


# --- real connections ---


async def test_what_the_server_takes_back_is_no_longer_waited_for() -> None:
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        await scene.say(sampling("a"), sampling("b"))
        await scene.clerk.next(1)
        await scene.say(cancelled("a"))
        asked = {message.id: message for message in server.trace if message.method == "sampling/createMessage"}
        await eventually(lambda: asked["a"].unanswered == "cancelled")
        assert asked["b"].unanswered == ""
        with pytest.raises(ServerError):
            await scene.call("exit", code=7)
        await scene.until(ServerState.FAILED)
        *_, call = (message for message in server.trace if message.method == "tools/call")
        assert call.unanswered == "the connection ended"


async def test_everything_that_passes_is_in_the_trace_as_it_was_on_the_wire() -> None:
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        line = sampling(7, "hello")
        await scene.say(line, '{"jsonrpc":"2.0","method":"notifications/message","params":{}}', line, "no JSON")
        (await scene.clerk.next()).deliver("answer")
        shown = [(str(one.direction), str(one.kind), one.method) for one in server.trace]
        assert shown[:3] == [
            ("sent", "request", "initialize"),
            ("came", "response", "initialize"),
            ("sent", "notification", "notifications/initialized"),
        ]
        first, second = (one for one in server.trace if one.id == 7 and one.kind is REQUEST)
        await eventually(lambda: first.other and second.other)
        assert first.text == line
        duplicate, answer = server.trace.get(second.other), server.trace.get(first.other)
        assert duplicate is not None
        assert duplicate.kind is ERROR
        assert answer is not None
        assert json.loads(answer.data)["result"]["content"]["text"] == "answer"
        assert "no JSON" not in [one.text for one in server.trace]


def reviewed(asked: Asked) -> Item:
    """Return the review that a desk would make of it now."""
    origin = asked.origin
    latest = float("inf")
    return item(origin, latest)


async def test_a_review_finds_its_message_in_the_legacy_era() -> None:
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        lines = [sampling(number, "x" * length) for number, length in enumerate((10, KEPT_OF_ONE + 10, 10))]
        await scene.say(*lines)
        await scene.clerk.next(2)
        assert {asked.origin.request_id for asked in scene.clerk.asked} == {0, 1, 2}
        for asked in scene.clerk.asked:  # a short one may overtake a long one, which is read in a thread
            message = server.trace.message_of(reviewed(asked))
            assert message is not None
            assert message.data == lines[int(str(asked.origin.request_id))].encode()[:KEPT_OF_ONE]
        server.trace.clear()
        assert server.trace.message_of(reviewed(scene.clerk.asked[0])) is None


async def test_an_id_that_is_used_again_leads_to_the_message_of_its_time() -> None:
    trace = Trace()
    for text in ("one", "two"):
        trace.add(CAME, REQUEST, "m", 1, text.encode())
        trace.add(SENT, RESPONSE, None, 1, b"")
    one, _, two, _ = trace
    assert trace.message_of(item(Origin("s", "2025-11-25", request_id=1, raw="one"), one.moment)) is one
    assert trace.message_of(item(Origin("s", "2025-11-25", request_id=1, raw="two"), two.moment)) is two


async def test_a_review_finds_its_message_in_the_modern_era() -> None:
    command = modern_sdk_server()
    settings = ServerSettings("one", command.command, command.args, cwd=ROOT, protocol="modern")
    async with stage(settings) as scene:
        server = await scene.ready()
        for number in range(2):
            calling = scene.call("ask_resolved", prompt=f"hello {number}")
            asked = await scene.clerk.next(number)
            message = server.trace.message_of(reviewed(asked))
            assert message is not None
            assert (message.kind, message.method) == (RESPONSE, "tools/call")
            assert f"hello {number}" in message.text
            asked.deliver("x")
            await calling


def test_a_question_in_a_message_that_was_cut_is_found_all_the_same() -> None:
    trace = Trace()
    whole = json.dumps({"result": {"inputRequests": {"the key": {}}, "more": "x" * KEPT_OF_ONE}})
    trace.add(CAME, RESPONSE, None, 1, b'{"result":{"inputRequests":{"another":{}}}}')
    trace.add(CAME, RESPONSE, None, 2, whole.encode())
    trace.add(CAME, RESPONSE, None, 3, b'{"result":{"inputRequests":[]}}')
    _, wanted, _ = trace
    assert trace.message_of(item(Origin("s", "2026-07-28", modern=True, request_id="the key"), float("inf"))) is wanted


# --- the file ---


def exported(*messages: bytes, secrets: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Export these messages of a server, and return the lines."""
    trace = Trace()
    for number, data in enumerate(messages):
        trace.add(CAME, RESPONSE, None, number, data)
    return [json.loads(line) for line in export("one", trace, secrets).splitlines()]


def test_a_file_is_one_object_a_line() -> None:
    lines = exported(b'{"id":0,"result":{"text":"\xc3\xa4"}}', b'{"cut', b'{"surrogate":"\\ud800"}')
    assert [line["number"] for line in lines] == [1, 2, 3]
    assert lines[0]["message"] == {"id": 0, "result": {"text": "ä"}}
    assert (lines[0]["direction"], lines[0]["kind"], lines[0]["server"]) == ("came", "response", "one")
    assert datetime.fromisoformat(lines[0]["at"]).tzinfo is not None
    assert lines[1]["text"] == '{"cut'
    assert "message" not in lines[1]


@pytest.mark.hostile(37)
def test_nothing_in_a_file_is_obeyed_by_a_terminal_that_shows_it() -> None:
    hidden = "".join(map(chr, (*range(0x20), *range(0x7F, 0xA0), 0x202E, 0x2066, 0x200B, 0x2028, 0xE0041, 0xFEFF)))
    whole = json.dumps({"params": {hidden: hidden}}, ensure_ascii=False).encode()
    trace = Trace()
    for data in (whole, whole[:-1]):
        trace.add(CAME, RESPONSE, hidden, hidden, data)
    text = export(hidden, trace, ()).decode()
    assert all(character == "\n" or character.isprintable() for character in text)
    first, second = map(json.loads, text.splitlines())
    assert first["message"] == {"params": {hidden: hidden}}, "and every reader of JSON gets what came"
    assert second["text"] == whole[:-1].decode()


def test_secrets_are_masked_wherever_they_stand() -> None:
    secret = 'se"cr\\et-ä'
    message = json.dumps({"params": [secret, {f"name {secret}": f"around {secret} it", "n": 12345}], "flag": True})
    cut = json.dumps({"again": secret}, ensure_ascii=False)[:-1]
    lines = exported(message.encode(), cut.encode(), message[:-1].encode(), secrets=(secret, "12345"))
    text = json.dumps(lines, ensure_ascii=False)
    assert lines[0]["message"] == {
        "params": [MASK, {f"name {MASK}": f"around {MASK} it", "n": MASK}],
        "flag": True,
    }
    for form in (secret, "cr", "12345"):
        assert form not in text.replace("direction", "")
    assert lines[1]["text"] == f'{{"again": "{MASK}"'


def test_what_is_secret() -> None:
    settings = ServerSettings("one", "x", env={"MODE": "a mode", "SHORT": "abc", "LONG": "abcdefgh"})
    environ = {
        "OPENAI_API_KEY": "sk-1234",
        "MY_MODEL": "hidden",
        "GITHUB_TOKEN": "ghp-1",
        "db_password": "hunter2",
        "LANG": "de_DE",
        "EMPTY_TOKEN": "",
    }
    secrets = secrets_of(settings, environ, {"MY_MODEL"})
    assert set(secrets) == {"a mode", "abcdefgh", "sk-1234", "hidden", "ghp-1", "hunter2"}
    assert list(secrets) == sorted(secrets, key=len, reverse=True), "a secret inside of another leaves no rest of it"
    headed = ServerSettings("one", "", url="https://example.com/mcp", headers={"Authorization": "Bearer xyz789"})
    assert {"Bearer xyz789", "xyz789"} <= set(secrets_of(headed, {}))
    assert secrets_of(ServerSettings("one", "run", ("--key=a value",), secrets=frozenset({"a value"})), {}) == (
        "a value",
    )


def test_masking_keeps_what_is_no_secret() -> None:
    value = {"a": [1, 1.5, True, None, "text"]}
    assert masked(value, ("other",)) == value


async def test_the_supervisor_exports_without_the_secrets_of_server_and_models() -> None:
    settings = ServerSettings("one", PUPPET.command, PUPPET.args, cwd=ROOT, env={"PUPPET_TOKEN": "in its environment"})
    environ = {"PATH": "/usr/bin", "MODEL_ACCESS": "of the model"}
    async with stage(settings, environ=environ) as scene:
        server = await scene.ready()
        await scene.call("tell")  # returns its environment
        await scene.say(sampling(1, "knows of the model"))
        asked = await scene.clerk.next()
        block = asked.request.messages[0].blocks[0]
        assert isinstance(block, TextBlock)
        assert block.text == "knows of the model", "only the file is masked"
        count = len(server.trace)
        text = (await scene.supervisor.export_trace("one", {"MODEL_ACCESS"})).decode()
        assert len(text.splitlines()) == count
    assert "PUPPET_TOKEN" in text
    assert "in its environment" not in text
    assert f"knows {MASK}" in text

"""The ring of what a server said beside the protocol."""

import pytest

from tuui_sampling.servers.state.log import CAPACITY, LINE_COST, MAX_LINE, ServerLog


def kept(log: ServerLog) -> list[str]:
    """Return the lines."""
    return [line.text for line in log]


def test_bytes_become_lines_as_their_ends_arrive() -> None:
    log = ServerLog()
    for piece in (b"on", b"e\ntw", b"o\r\n", b"\xff\xc3", b"\xa4\nrest"):
        log.feed(piece)
    assert kept(log) == ["one", "two", "\ufffdä"]
    log.finish()
    log.finish()
    assert kept(log)[-1] == "rest"
    assert len(log) == log.revision == 4
    assert all(line.source == "stderr" for line in log)
    assert all(line.at.tzinfo is not None for line in log)


def test_a_line_without_an_end_is_cut() -> None:
    log = ServerLog()
    log.feed(b"x" * (2 * MAX_LINE + 5))
    assert [len(line) for line in kept(log)] == [MAX_LINE, MAX_LINE]
    log.feed(b"y" * MAX_LINE + b"\nz\n")
    assert kept(log)[-1] == "z"
    assert max(map(len, kept(log))) <= MAX_LINE


@pytest.mark.parametrize("line", [b"", b"x", b"x" * 100, b"x" * MAX_LINE])
def test_the_oldest_go_first_and_no_line_is_free(line: bytes) -> None:
    log = ServerLog()
    total = 0
    while total < 3 * (CAPACITY // LINE_COST) and log.dropped < 2000:
        log.feed((line + b"\n") * 500)
        total += 500
    assert len(log) * (len(line) + LINE_COST) <= CAPACITY
    assert log.dropped + len(log) == log.revision == total


def test_a_flood_in_one_piece_is_counted_like_any_other() -> None:
    log = ServerLog()
    log.feed(b"\n" * 1_000_000 + b"the last\n")
    assert kept(log)[-1] == "the last"
    assert log.revision == 1_000_001
    assert len(log) + log.dropped == 1_000_001
    assert len(log) <= CAPACITY // LINE_COST


def test_one_line_is_always_kept() -> None:
    log = ServerLog(capacity=10)
    log.add("event", "longer than that")
    assert kept(log) == ["longer than that"]
    assert log.dropped == 0


def test_the_newest_line_of_a_source() -> None:
    log = ServerLog()
    assert log.last("stderr") is None
    log.add("stderr", "first")
    log.add("stderr", "second")
    log.add("stderr", "  ")
    log.add("event", "other")
    assert log.last("stderr") == "second"
    assert log.last("stdout") is None

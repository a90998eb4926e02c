"""The rows of a trace are in columns: whether a message is a request, how large it is, and of which method."""

import pytest

from tuui_sampling.servers.state.trace import Direction, MessageKind, TracedMessage
from tuui_sampling.tui.servers.widgets.trace_rows import row_of

pytestmark = pytest.mark.unit

MESSAGES = (
    (MessageKind.REQUEST, "initialize", 1, 233),
    (MessageKind.RESPONSE, "tools/list", 12, 4_100),
    (MessageKind.NOTIFICATION, "notifications/initialized", None, 54),
    (MessageKind.ERROR, "tools/call", 123, 1_000),
)
ROOM = 73
"""Cells of a row where the terminal has 120 and nobody has moved an edge."""


def test_the_columns_align_whatever_a_message_is() -> None:
    rows = [
        row_of(TracedMessage(number, Direction.SENT, kind, method, one, size, b"")).plain
        for number, (kind, method, one, size) in enumerate(MESSAGES)
    ]
    methods = [row.index(method) for row, (_, method, _, _) in zip(rows, MESSAGES, strict=True)]
    assert len(set(methods)) == 1, rows
    assert {row[methods[0] - 3 : methods[0]] for row in rows} <= {" B ", "KB "}, "sizes end in one column"
    assert {row.index("#") for row in rows if "#" in row} == {rows[0].index("#1")}


def test_a_request_that_waits_is_shown_whole() -> None:
    row = row_of(TracedMessage(1, Direction.CAME, MessageKind.REQUEST, "sampling/createMessage", 7, 355, b""))
    assert row.plain.endswith("no answer yet") and row.cell_length <= ROOM


def test_a_long_id_is_not_cut_into() -> None:
    row = row_of(TracedMessage(1, Direction.CAME, MessageKind.REQUEST, "ping", "a-long-id-of-a-server", 355, b""))
    assert "#a-long-id-of-a-server 355 B ping" in row.plain

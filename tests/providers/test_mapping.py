"""The mapping table, cell by cell: the recorded body of the request, and the notes that were shown before it."""

from typing import Any

import pytest

from tests.fakes.model_server import streams
from tuui_sampling.sampling.errors import ModelError, ModelErrorKind
from tuui_sampling.sampling.note import Severity

from .mapping_table import CONTENT, PARAMETERS, Cell, Row
from .mapping_tools import RESULTS, TOOLS
from .wires import CHAT, MESSAGES, RESPONSES, Wire, collect, respond

CELLS: list[Any] = [
    pytest.param(wire, row, cell, id=f"{row.name}-{wire.name}")
    for row in (*PARAMETERS, *CONTENT, *TOOLS, *RESULTS)
    for wire, cell in ((CHAT, row.chat), (MESSAGES, row.messages), (RESPONSES, row.responses))
]


@pytest.mark.parametrize(("wire", "row", "cell"), CELLS)
async def test_cell(wire: Wire, row: Row, cell: Cell) -> None:
    server, _ = streams(*wire.answer("ok"))
    provider = wire.make(server, **row.settings)
    notes = provider.notes(row.request)
    assert {note.field: note.text for note in notes} == dict(cell.notes)
    assert [note.field for note in notes if note.severity is Severity.BLOCK] == [cell.blocked][: bool(cell.blocked)]
    if cell.blocked:
        with pytest.raises(ModelError) as caught:
            await collect(provider, row.request)
        assert caught.value.kind is ModelErrorKind.UNSUPPORTED
        assert not server.requests
    else:
        await respond(provider, row.request)
        assert {member: server.asked.get(member) for member in cell.body} == dict(cell.body)

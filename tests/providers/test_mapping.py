"""The mapping table, cell by cell: the recorded body of the request, and the notes that were shown before it."""

from dataclasses import replace
from typing import Any

import pytest

from tests.support.models.engine import Engine
from tests.support.models.mapping_table import CONTENT, PARAMETERS, Cell, Row
from tests.support.models.mapping_tools import RESULTS, TOOLS
from tests.support.models.model_server import streams
from tests.support.models.wires import MESSAGES, WIRES, Wire, collect, respond
from tuui_sampling.sampling.errors import ModelError, ModelErrorKind
from tuui_sampling.sampling.note import Severity
from tuui_sampling.sampling.request import AudioBlock, ImageBlock

ROWS = (*PARAMETERS, *CONTENT, *TOOLS, *RESULTS)
CELLS: list[Any] = [
    pytest.param(wire, row, cell, id=f"{row.name}-{wire.name}") for row in ROWS for wire, cell in row.cells
]


def test_the_table_has_a_column_for_each_wire() -> None:
    assert {wire.name for wire, _ in ROWS[0].cells} == {wire.name for wire in WIRES}


@pytest.mark.hostile(34)
@pytest.mark.parametrize(("wire", "row", "cell"), CELLS)
async def test_cell(wire: Wire, row: Row, cell: Cell) -> None:
    server, _ = streams(*wire.answer("ok"))
    provider = wire.make(server, **row.settings)
    notes = provider.notes(row.request)
    assert {note.field: note.text for note in notes} == dict(cell.notes)
    assert [note.field for note in notes if note.severity is Severity.BLOCK] == cell.blocked.split()
    if cell.blocked:
        with pytest.raises(ModelError) as caught:
            await collect(provider, row.request)
        assert caught.value.kind is ModelErrorKind.UNSUPPORTED
        assert not server.requests
    else:
        await respond(provider, row.request)
        assert {member: server.asked.get(member) for member in cell.body} == dict(cell.body)


def has_media(row: Row) -> bool:
    """Whether a row is about an image or a sound."""
    content = [part for block in row.request.blocks for part in getattr(block, "content", ()) if isinstance(part, dict)]
    kinds = {part.get("type") for part in content}
    return bool(kinds & {"image", "audio"}) or any(
        isinstance(one, ImageBlock | AudioBlock) for one in row.request.blocks
    )


BLIND: list[Any] = [
    pytest.param(wire, row, id=f"{row.name}-{wire.name}")
    for row in ROWS
    for wire, cell in row.cells
    if not cell.blocked and not has_media(row)
]


@pytest.mark.parametrize(("wire", "row"), BLIND)
async def test_a_real_engine_takes_it(wire: Wire, row: Row, engine: Engine) -> None:
    """What a row sends is also sent to llama.cpp, which sees and hears nothing, but refuses what it can't read."""
    base_url = engine.base_url.removesuffix("/v1") if wire is MESSAGES else engine.base_url
    settings = {"model": engine.model, "base_url": base_url, "timeout": 60.0}
    provider = wire.with_client(None, **{**row.settings, **settings})
    response = await respond(provider, replace(row.request, max_tokens=3))
    assert response.stop_reason in ("endTurn", "maxTokens", "stopSequence")

"""The tour: a line for each state of things, short enough for 80 columns, and never again once it was ended."""

import asyncio
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.support.desks import ORIGIN, accept, approve, eventually, office
from tests.support.models.scripted_models import ScriptedProvider, answer
from tuui_sampling.frontend.tour import Tour
from tuui_sampling.sampling.inquiry import FormElicitation
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.tui.key_map import KeyMap

FORM = FormElicitation("Where to?", {"type": "object", "properties": {}})
MODES = ("inbox", "servers", "history")


async def test_it_follows_what_happens_and_fits_into_a_line(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(answer("yes"))) as it:
        tour = Tour(it.desk, tmp_path / "state" / "ended")
        key_of = KeyMap({}).key_of
        lines: list[str] = []

        def look(number: int = 1) -> str:
            tour.selected = lambda: it.desk.item(number)
            told = [tour.words(mode, key_of) for mode in MODES]
            assert all(0 < cell_len(line) <= 78 for line in told), told
            lines.append(told[0])
            return told[0]

        look()
        it.ask()
        review = await it.at(Phase.REQUEST)
        assert "^G sends it" in look()
        assert "F1" in tour.words("servers", key_of)
        it.settle(review, approve(review))
        await it.at(Phase.RESPONSE)
        assert "^G returns it" in look()
        it.settle(review, accept(review))
        await it.at(Phase.DELIVERED)
        assert "F2" in look()
        assert len(set(lines)) == 4

        it.ask("another")
        await it.at(Phase.REQUEST, 2)
        assert "^N shows the next" in look(), "what is selected has ended, though another waits"
        assert "^G sends it" in look(2)
        it.asked.append(asyncio.create_task(it.desk.inquire(FORM, ORIGIN, lambda: "gone")))  # type: ignore[arg-type]
        await eventually(lambda: it.desk.inquiries)
        assert "^G sends your answer" in look(3), "a question goes to no model"
        await it.give_up()
        assert "F2" in look(1), "nothing waits"

        tour.end()
        assert [tour.words(mode, key_of) for mode in MODES] == [""] * 3
        assert Tour(it.desk, tmp_path / "state" / "ended").is_over


@pytest.mark.unit
def test_where_the_end_can_not_be_written_down_it_is_over_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    tour = Tour(None, tmp_path / "file" / "ended")  # type: ignore[arg-type]
    tour.end()
    assert tour.is_over

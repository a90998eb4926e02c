"""Of the second turn of a conversation only what is new has to be read; what is known is shown when asked for."""

from pathlib import Path

from tests.support.full_request import params, user
from tests.support.screens.app import screen_text
from tests.support.screens.requesting import requested
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.tui.document.editing import open_editor
from tuui_sampling.tui.inbox.widgets.request_view import RequestView


async def test_what_was_seen_and_decided_is_folded_in_the_next_turn(tmp_path: Path) -> None:
    async with requested(tmp_path) as desk:
        first = await desk.ask(params(messages=[user("The first question.")]))
        await desk.approve(Phase.RESPONSE)
        await desk.approve(Phase.DELIVERED)
        assert first.outcome is not None and first.outcome.response is not None
        answer = {"role": "assistant", "content": {"type": "text", "text": first.outcome.response.text}}
        history = [user("The first question."), answer, user("The second question.")]
        await desk.ask(params(messages=history))
        view = desk.app.screen.query_one(RequestView)
        await desk.until(lambda: "▸ messages 1 to 2: same as #1, unchanged" in screen_text(desk.app))
        assert "The first question." not in "\n".join(
            view.view.document.row(row).text for row in range(view.view.document.count)
        )
        assert {part.field for part, _rows in view.view.document.unseen_parts()} <= {"messages[2].content"}
        assert view.first == "messages[2].content"
        number = view.parts.number_of("messages[0].content")
        assert number is not None
        desk.app.screen.set_focus(view.view)
        view.view.cursor.move_to(view.view.document.rows_of(number)[0])
        await desk.press("enter")
        await desk.until(lambda: "│ The first question." in screen_text(desk.app))
        assert view.pane.editor is None
        assert {part.field for part, _rows in view.view.document.unseen_parts()} <= {"messages[2].content"}
        assert view.first == "messages[0].content"


async def test_the_editor_of_what_was_folded_or_empty_lies_over_its_text_and_not_beside_it(tmp_path: Path) -> None:
    async with requested(tmp_path) as desk:
        await desk.ask(params(messages=[user("The first question.")]))
        await desk.approve(Phase.RESPONSE)
        await desk.approve(Phase.DELIVERED)
        await desk.ask(params(messages=[user("The first question.")]))
        await desk.until(lambda: "▸ message 1: same as #1, unchanged" in screen_text(desk.app))
        view = desk.app.screen.query_one(RequestView)
        for field in ("messages[0].content", "systemPrompt"):
            open_editor(view.pane, view, {}, field)
            await desk.press(*"Typed")
            await desk.until(lambda: screen_text(desk.app).count("✎ edited") == 1)
            assert screen_text(desk.app).count("Typed") == 1
            await desk.press("f10", "escape")
            await desk.until(lambda: view.pane.editor is None)

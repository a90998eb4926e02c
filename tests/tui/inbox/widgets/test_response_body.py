"""The second gate over tool uses: what was called with which arguments, corrected, left out, put back, returned."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.policy.values import made_secrets
from tests.support.paths import demo_server
from tests.support.screens.app import NARROW, screen_text, settings_for
from tests.support.screens.person import Desk, result_text, seated
from tests.support.screens.responding import Stage, call, end, staged
from tuui_sampling.frontend.document.passage import MARGINS
from tuui_sampling.sampling.decision import Answer
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.sampling.request import TextBlock, ToolUseBlock
from tuui_sampling.sampling.review import AgentStep, PartialToolUse
from tuui_sampling.tui.document.editing import field_under_cursor
from tuui_sampling.tui.document.rows import field_text
from tuui_sampling.tui.inbox import navigation
from tuui_sampling.tui.inbox.widgets.response_body import ResponseBody
from tuui_sampling.tui.widgets.line_input import LineInput
from tuui_sampling.tui.widgets.text_editor import EditArea


async def shown(stage: Stage, *blocks: ToolUseBlock | str) -> None:
    """Bring a response to the second gate, and wait until it is on the screen."""
    stage.answered(*blocks, stop_reason="toolUse")
    stage.enter(Phase.RESPONSE)
    await stage.until(lambda: stage.inbox.is_mounted and stage.inbox.pane.panel.tab == "response")
    await stage.until(lambda: body(stage).parts is not None and stage.is_laid_out and stage.is_at_rest)


async def approved(stage: Stage) -> Answer:
    """Look, approve, and return what was decided."""
    await stage.look()
    await stage.press("ctrl+g")
    await stage.until(lambda: stage.decided)
    decision = stage.decided[-1]
    assert isinstance(decision, Answer)
    return decision


def body(stage: Desk) -> ResponseBody:
    """Return what shows the response."""
    return stage.inbox.query_one(ResponseBody)


async def into(stage: Desk, field: str) -> EditArea | LineInput:
    """Open the editor of a field, and put the cursor behind its text."""
    editor = body(stage).edit_field(field)
    assert editor is not None
    area = editor.area
    assert isinstance(area, EditArea | LineInput)
    if isinstance(area, EditArea):
        area.move_cursor(area.document.end)
    await stage.pilot.pause()
    return area


async def into_arguments(stage: Stage, number: int = 0) -> None:
    """Put the cursor behind the arguments of the tool use at a place of the response."""
    await into(stage, f"content[{number}].input")


@pytest.mark.parametrize("size", [NARROW, (119, 36)], ids=["80x24", "119x36"])
async def test_blocks_are_shown_in_the_models_order_and_returned_as_they_came(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with staged(tmp_path, tools=True, size=size) as stage:
        await shown(stage, "Let me look.", call(city="Oslo"))
        text = screen_text(stage.app)
        assert text.index("Let me look.") < text.index("tool_use get_weather · call_get_weather") < text.index('"Oslo"')
        answer = await approved(stage)
        assert answer.response is stage.review.candidates[0].response


async def test_edited_arguments_are_what_is_returned(tmp_path: Path) -> None:
    async with staged(tmp_path, tools=True) as stage:
        await shown(stage, call(city="Oslo"))
        await into_arguments(stage)
        await stage.press("up", "end", "left", "!")  # behind the city's name, before its quote
        answer = await approved(stage)
        assert answer.response.blocks == (ToolUseBlock("call_get_weather", "get_weather", {"city": "Oslo!"}),)


@pytest.mark.hostile(70)
async def test_arguments_that_are_no_object_can_not_be_approved_until_they_are(tmp_path: Path) -> None:
    async with staged(tmp_path, tools=True) as stage:
        await shown(stage, call(broken='{"city": "Oslo"'))
        assert "✗ arguments: not JSON" in screen_text(stage.app)
        await stage.look()
        await stage.press("ctrl+g")
        assert "are not a JSON object" in screen_text(stage.app)
        assert stage.decided == []
        await into_arguments(stage)
        await stage.press("}")
        answer = await approved(stage)
        assert answer.response.tool_uses[0].input == {"city": "Oslo"}
        assert answer.response.tool_uses[0].broken_input is None


@pytest.mark.hostile(70)
async def test_an_unlisted_tool_can_be_corrected_to_one_that_is_listed(tmp_path: Path) -> None:
    async with staged(tmp_path, tools=True) as stage:
        await shown(stage, call("searc", query="rain"))
        assert "no such tool: there is get_weather, search" in screen_text(stage.app)
        await stage.look()
        await stage.press("ctrl+g")
        assert stage.decided == []
        await into(stage, "content[0].name")
        await stage.press("end", "h")
        answer = await approved(stage)
        assert [one.name for one in answer.response.tool_uses] == ["search"]


async def test_arguments_that_break_the_schema_are_told_first_and_sent_at_the_second_approval(tmp_path: Path) -> None:
    async with staged(tmp_path, tools=True) as stage:
        await shown(stage, call(days=12))
        text = screen_text(stage.app)
        assert "⚑ 'city' is a required property" in text
        assert "⚑ days: 12 is greater than the maximum of 7" in text
        await stage.look()
        await stage.press("ctrl+g")
        await stage.until(lambda: "again sends it like that" in screen_text(stage.app))
        assert stage.decided == []
        answer = await approved(stage)
        assert answer.response.tool_uses[0].input == {"days": 12}


async def test_one_call_is_left_out_and_put_back_with_one_key(tmp_path: Path) -> None:
    async with staged(tmp_path, tools=True) as stage:
        await shown(stage, call(city="Oslo"), call("search", query="rain"))
        await into_arguments(stage)
        await stage.press("f8")
        assert "left out: not returned" in screen_text(stage.app)
        await stage.press("f8")
        assert "left out" not in screen_text(stage.app)
        await stage.press("f8")
        answer = await approved(stage)
        assert [one.name for one in answer.response.tool_uses] == ["search"]
        assert answer.response.stop_reason == "toolUse"


async def test_without_any_call_left_the_turn_ends_and_the_changes_say_so(tmp_path: Path) -> None:
    async with staged(tmp_path, tools=True) as stage:
        await shown(stage, "Let me look.", call(city="Oslo"))
        await into_arguments(stage, 1)
        await stage.press("f8", "escape", "3")
        text = screen_text(stage.app)
        assert "- stopReason toolUse" in text
        assert "+ stopReason endTurn" in text
        await stage.press("2")
        answer = await approved(stage)
        assert answer.response.blocks == (TextBlock("Let me look."),)
        assert answer.response.stop_reason == "endTurn"


async def test_a_text_can_be_added_to_calls_alone(tmp_path: Path) -> None:
    async with staged(tmp_path, tools=True) as stage:
        await shown(stage, call(city="Oslo"))
        assert stage.inbox.pane.review_panel.answer_editor() is not None
        await stage.press(*"Yes.")
        answer = await approved(stage)
        assert answer.response.blocks == (TextBlock("Yes."), call(city="Oslo"))


async def test_the_cursor_leaves_nothing_out_where_there_is_no_call(tmp_path: Path) -> None:
    async with staged(tmp_path, tools=True) as stage:
        await shown(stage, "Only words.", call(city="Oslo"))
        await stage.press("e", "f8")
        assert "Put the cursor into what is to be left out first." in screen_text(stage.app)


async def test_reverting_puts_back_what_the_model_wrote(tmp_path: Path) -> None:
    async with staged(tmp_path, tools=True) as stage:
        await shown(stage, call(broken="rain"))
        await into_arguments(stage)
        await stage.press("x", "f10")
        edits = stage.inbox.reviewing.edits(stage.review)
        assert not edits.is_edited(stage.review)


@pytest.mark.hostile(72)
async def test_what_a_model_wrote_is_never_markup(tmp_path: Path) -> None:
    async with staged(tmp_path, tools=True) as stage:
        await shown(stage, call("[/b]\x1b[2J", broken="[red]\u202e"))
        text = screen_text(stage.app)
        assert "[/b]" in text
        assert all(character == "\n" or character.isprintable() for character in text)


async def test_tool_uses_are_shown_while_they_stream(tmp_path: Path) -> None:
    async with staged(tmp_path, tools=True) as stage:
        candidate = stage.add()
        candidate.tool_uses[0] = PartialToolUse("get_weather", ['{"ci', 'ty":'])
        stage.enter(Phase.GENERATING)
        await stage.until(lambda: '{"city":' in screen_text(stage.app))
        assert "▸ tool_use get_weather" in screen_text(stage.app)


async def test_what_was_not_on_the_screen_is_returned_only_after_a_word(tmp_path: Path) -> None:
    async with staged(tmp_path, tools=True) as stage:
        await shown(stage, *(call(city=f"Place {number}") for number in range(12)))
        await stage.look()
        await stage.press("ctrl+g")
        await stage.until(lambda: "Not sent:" in screen_text(stage.app))
        assert stage.decided == []
        assert len((await approved(stage)).response.tool_uses) == 12


async def test_what_was_scrolled_through_has_been_seen(tmp_path: Path) -> None:
    async with staged(tmp_path, tools=True) as stage:
        long_text = "\n".join(f"line {number}" for number in range(100))
        await shown(stage, long_text, call(city="Oslo"), *(call("search", query="x" * 20) for _ in range(9)))
        panel = stage.inbox.pane.review_panel
        assert panel.unseen
        await stage.read()
        assert not panel.unseen
        assert (await approved(stage)).response is stage.review.candidates[0].response


async def test_an_argument_that_is_edited_is_what_the_tool_is_called_with_and_the_next_turn_comes_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(navigation, "MAX_WAIT", 3600.0)
    async with seated(tmp_path, settings_for(demo=demo_server()), (140, 70)) as desk:
        run = await desk.call("plan_trip", city="Oslo", days=2)
        await desk.approve(Phase.RESPONSE)
        desk.backend.runs.start(
            "demo", "generate_poem", {"topic": "rain"}
        )  # it waits for longer than the turns that come
        await desk.until(lambda: len(desk.backend.desk.reviews) == 2)
        await desk.until(lambda: body(desk).editable("content[1].input"))
        area = await into(desk, "content[1].input")
        assert isinstance(area, EditArea)
        area.replace_all(area.value.replace("Oslo", "Bergen"))
        await desk.until(lambda: desk.inbox.reviewing.edits(desk.backend.desk.reviews[1]).answers[1].is_edited)
        await desk.approve(Phase.DELIVERED)
        for number in (3, 4):
            await desk.until(lambda number=number: desk.inbox.reviewing.selected == number)
            await desk.approve(Phase.RESPONSE)
            await desk.approve(Phase.DELIVERED)
        await desk.until(lambda: run.result is not None and desk.inbox.reviewing.selected == 2)
        assert "with {'city': 'Bergen'" in result_text(run)


async def test_an_agent_s_steps_are_seen_while_they_happen_and_above_its_answer(tmp_path: Path) -> None:
    """They are not returned."""
    async with staged(tmp_path, size=(119, 36)) as stage:
        candidate = stage.add()
        candidate.steps = [
            AgentStep("Let me see."),
            AgentStep("new: The Sea", "videos", "check_videos", {"channel": "x"}, "called"),
        ]
        candidate.steps.append(AgentStep("", "mail", "send\u202e_email", {"to": "Ada"}))
        stage.enter(Phase.GENERATING)
        await stage.until(lambda: "waits for a decision" in screen_text(stage.app))
        text = screen_text(stage.app)
        assert "videos › check_videos · called" in text and '{"channel": "x"}' in text and "new: The Sea" in text
        assert "mail › send⟪U+202E⟫_email · waits for a decision" in text and "Let me see." in text
        candidate.steps[-1].verdict = "calling"
        stage.changed()
        await stage.until(lambda: "is being called" in screen_text(stage.app))
        candidate.steps[-1].verdict = "refused"
        end(candidate, "There is one.")
        stage.enter(Phase.RESPONSE)
        await stage.until(lambda: "There is one." in screen_text(stage.app) and stage.is_laid_out and stage.is_at_rest)
        assert "videos › check_videos · called" in screen_text(stage.app)
        candidate.left_running = True  # said of its code a second later
        stage.changed()
        await stage.until(lambda: "Its code was told to end" in screen_text(stage.app))
        assert (await approved(stage)).response.text == "There is one."


async def test_what_is_found_in_a_response_stands_below_its_field_and_a_key_leads_to_it(tmp_path: Path) -> None:
    secret = made_secrets()[0][1]
    async with staged(tmp_path, tools=True) as stage:
        await shown(stage, "Ask ann@firm.net.", call(city=f"Oslo {secret}"))
        text = screen_text(stage.app)
        assert "⚑ personal (medium): e-mail address. " in text
        assert "⚑ secret (high): " in text
        assert stage.inbox.reviewing.listing.found(stage.review).words == "1 personal, 1 secret"
        stage.inbox.set_focus(body(stage).pane.view)
        fields = []
        for key in ("f", "f", "f", "n", "F", "N"):  # nothing is searched
            await stage.press(key)
            fields.append(field_under_cursor(body(stage).pane))
        assert fields == [*["content[0]", "content[1].input"] * 2, "content[0]", "content[1].input"]
        await into(stage, "content[0]")
        await stage.press(*["backspace"] * 5)  # ann@firm is not an address
        await stage.until(lambda: "e-mail address" not in screen_text(stage.app))
        assert "⚑ secret (high): " in screen_text(stage.app)


async def test_values_of_placeholders_go_back_and_stay_by_a_key_and_both_forms_are_shown(tmp_path: Path) -> None:
    secret, mail = made_secrets()[0][1], "ann@firm.net"
    async with staged(tmp_path, tools=True) as stage:
        stage.review.redacted = {"⟦secret 1⟧": secret, "⟦personal 1⟧": mail}
        stage.review.asked = stage.review.outbound = replace(stage.review.asked, system_prompt="for ⟦personal 1⟧")
        await shown(stage, "to ⟦personal 1⟧ with ⟦secret 1⟧, or bob@firm.net", call(city="⟦personal 1⟧"))

        def rows() -> str:
            parts = body(stage).pane.view.document.parts
            passages = [passage for number in range(len(parts)) for passage in parts[number].passages]
            return "\n".join(f"{MARGINS[passage.style][0]}{passage.text}" for passage in passages)

        assert f"⚑ ⟦personal 1⟧ goes back as {mail}; v takes it out" in rows()
        assert "⚑ ⟦secret 1⟧ stays as it is; v puts its value back" in rows()
        assert f"│ to {mail} with ⟦secret 1⟧, or bob@firm.net" in rows()
        assert f'"city": "{mail}"' in rows()
        assert secret not in rows() + screen_text(stage.app)
        view = body(stage).pane.view
        assert field_text(view.document, 1, 100) == "to ⟦personal 1⟧ with ⟦secret 1⟧, or bob@firm.net"
        stage.inbox.set_focus(view)
        await stage.press("f", "f", "v")  # at the note of the secret
        await stage.until(lambda: f"│ to {mail} with {secret}, or bob@firm.net" in rows())
        await stage.press("home", "v")  # the next below is that of the person
        await stage.until(lambda: f"│ to ⟦personal 1⟧ with {secret}, or bob@firm.net" in rows())
        assert "⚑ ⟦personal 1⟧ stays as it is; v puts its value back" in rows()
        await stage.press("home", "x")
        await stage.until(lambda: "│ to ⟦personal 1⟧ with ⟦secret 1⟧, or ⟦personal 2⟧" in rows())
        await stage.press("3")
        await stage.until(lambda: f"+ to ⟦personal 1⟧ with {secret}, or ⟦personal 2⟧" in screen_text(stage.app))
        await stage.press("2")
        answer = await approved(stage)
        assert answer.put_back == frozenset({"⟦secret 1⟧"})
        assert answer.response.text == "to ⟦personal 1⟧ with ⟦secret 1⟧, or ⟦personal 2⟧"


async def test_what_is_redacted_in_a_response_is_not_put_back_at_once_and_comes_back_by_a_key(tmp_path: Path) -> None:
    mail = "ann@firm.net"
    async with staged(tmp_path, tools=True) as stage:
        stage.review.redacted = {"⟦personal 1⟧": mail}
        await shown(stage, f"it is {mail}, or bob@firm.net")
        edits = stage.inbox.reviewing.edits(stage.review)
        await stage.press("Z")
        await stage.until(lambda: edits.answers[1].texts == {0: "it is ⟦personal 1⟧, or ⟦personal 2⟧"})
        assert edits.put_back == {"⟦personal 1⟧": False, "⟦personal 2⟧": False}
        stage.inbox.set_focus(body(stage).pane.view)
        await stage.press("v")
        await stage.until(lambda: edits.put_back["⟦personal 1⟧"])
        await stage.press("f10")
        await stage.until(lambda: not edits.answers[1].is_edited)
        await stage.press("x", "x")
        await stage.until(lambda: edits.answers[1].texts == {0: "it is ⟦personal 1⟧, or ⟦personal 2⟧"})

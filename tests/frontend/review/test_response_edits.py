"""The edits of a response, block by block, and the response that they make."""

from tuui_sampling.frontend.review.response_edits import NEW_TEXT, AnswerEdits, answer_text, arguments_text, compared
from tuui_sampling.sampling.request import ImageBlock, TextBlock, ToolUseBlock
from tuui_sampling.sampling.response import Response

CALL = ToolUseBlock("c1", "search", {"query": "rain"}, extra={"_meta": {"x": 1}})
IMAGE = ImageBlock("aGk=", "image/png")
RESPONSE = Response((TextBlock("a"), CALL, IMAGE, TextBlock("b")), "m", "toolUse", extra={"_meta": {}})


def test_without_an_edit_it_is_the_very_response() -> None:
    edits = AnswerEdits()
    assert not edits.set_text(0, "a", "a")
    assert edits.apply(RESPONSE) is RESPONSE


def test_an_edit_that_is_taken_back_is_none() -> None:
    edits = AnswerEdits()
    assert edits.set_text(0, "x", "a")
    assert edits.set_text(0, "a", "a")
    edits.turn(1)
    edits.turn(1)
    assert not edits.is_edited


def test_every_block_stays_where_the_model_put_it() -> None:
    edits = AnswerEdits()
    edits.set_text(3, "B", "b")
    edits.set_text(1, '{"query": "sun"}', arguments_text(CALL))
    edited = edits.apply(RESPONSE)
    call = ToolUseBlock("c1", "search", {"query": "sun"}, extra={"_meta": {"x": 1}})
    assert edited.blocks == (TextBlock("a"), call, IMAGE, TextBlock("B"))
    assert (edited.stop_reason, edited.extra) == ("toolUse", {"_meta": {}})


def test_what_is_no_object_is_kept_as_it_was_typed() -> None:
    edits = AnswerEdits()
    edits.set_text(1, "[", arguments_text(CALL))
    (call,) = edits.apply(RESPONSE).tool_uses
    assert (call.input, call.broken_input) == ({}, "[")


def test_broken_arguments_are_mended() -> None:
    broken = Response((ToolUseBlock("c", "search", {}, broken_input="{"),), "m", "toolUse")
    edits = AnswerEdits()
    edits.set_text(0, "{}", "{")
    assert edits.apply(broken).tool_uses == (ToolUseBlock("c", "search", {}),)


def test_an_emptied_text_is_dropped_and_a_new_one_comes_first() -> None:
    edits = AnswerEdits()
    edits.set_text(0, "", "a")
    edits.set_text(NEW_TEXT, "new", "")
    assert edits.apply(RESPONSE).blocks == (TextBlock("new"), CALL, IMAGE, TextBlock("b"))


def test_the_turn_ends_when_no_call_is_left_and_only_then() -> None:
    edits = AnswerEdits(left_out={1})
    assert edits.apply(RESPONSE).stop_reason == "endTurn"
    two = Response((CALL, CALL), "m", "toolUse")
    assert AnswerEdits(left_out={0}).apply(two) == Response((CALL,), "m", "toolUse")
    cut = Response((CALL, TextBlock("x")), "m", "maxTokens")
    assert AnswerEdits(left_out={0}).apply(cut).stop_reason == "maxTokens"


def test_words_show_what_the_model_wrote_where_it_is_no_object() -> None:
    broken = Response((TextBlock("a"), ToolUseBlock("c", "search", {}, broken_input="{oops")), "m", "toolUse")
    assert answer_text(broken) == "a\n\ntool_use search (c)\n{oops"


def test_a_comparison_says_how_each_ends() -> None:
    before, after = compared(RESPONSE, AnswerEdits(left_out={1}).apply(RESPONSE))
    assert before.endswith("stopReason toolUse")
    assert after.endswith("stopReason endTurn")
    assert "search" not in after

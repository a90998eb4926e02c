"""Offers and progress in words."""

import math

import pytest

from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.desk.invocations import Progress, Run
from tuui_sampling.frontend.presentation.primitives import label_of, offers_of, words_of
from tuui_sampling.servers.state.notifications import MAX_NOTIFICATIONS, Notifications
from tuui_sampling.servers.state.primitives import (
    Offered,
    OfferKind,
    Prompt,
    PromptArgument,
    Resource,
    ResourceTemplate,
)
from tuui_sampling.servers.state.server import Server, Tool
from tuui_sampling.tui.servers.widgets.progress_line import CELLS, progress_line


def test_a_prompts_arguments_become_a_form() -> None:
    arguments = (PromptArgument("city", "City", "Where?", required=True), PromptArgument("state"))
    words = words_of(Prompt("travel", "Travel", "Go somewhere", arguments))
    assert words.schema == {
        "type": "object",
        "properties": {
            "city": {"type": "string", "title": "City", "description": "Where?"},
            "state": {"type": "string"},
        },
        "required": ["city"],
    }
    assert (words.title, words.hints, words.verb) == ("Travel", "prompt · travel", "get")


def test_a_resource_says_where_what_and_for_whom() -> None:
    annotations = {"audience": ["user", "assistant"], "priority": 0.9}
    resource = Resource("x://y", "y", None, None, "text/plain", 3072, annotations)
    assert words_of(resource).hints == "x://y · text/plain · 3.0 KB · for user and assistant · priority 0.9"
    odd = Resource("x://y", "y", "Title", None, None, -1, {"audience": "user", "priority": True})
    assert (words_of(odd).hints, label_of(odd)) == ("x://y", "Title")


def test_a_template_asks_for_its_variables() -> None:
    words = words_of(ResourceTemplate("x://{a}/{?b}", "pages"))
    assert words.schema["properties"] == {"a": {"type": "string"}, "b": {"type": "string"}}
    assert words.schema["required"] == ["a"]
    assert (words.kind, words.name, words.verb) == (OfferKind.TEMPLATE, "x://{a}/{?b}", "read")


def test_what_is_listed_twice_counts_once() -> None:
    server = Server(ServerSettings("one", "x"))
    server.tools = (Tool("a", None, None, {}), Tool("a", "again", None, {}))
    server.offered = Offered(resources=(Resource("x://1", "same"), Resource("x://2", "same")))
    offers = offers_of(server)
    assert len(offers[OfferKind.TOOL]) == 1
    assert len(offers[OfferKind.RESOURCE]) == 2


@pytest.mark.parametrize(
    ("done", "total", "fraction"),
    [
        (3, 10, 0.3),
        (11, 10, 1.0),
        (-1, 10, 0.0),
        (5, None, None),
        (5, 0, None),
        (5, -3, None),
        (math.nan, 10, None),
        (1, math.inf, None),
        (1e308, 1e-308, 1.0),
    ],
)
def test_progress_holds_whatever_a_server_says(done: float, total: float | None, fraction: float | None) -> None:
    progress = Progress(done, total, "m\x1b")
    assert progress.fraction == fraction
    shown = progress_line(progress, 2.5).plain
    assert "\x1b" not in shown
    assert len(shown.partition("  ")[0]) >= CELLS


def test_a_bar_without_an_end_moves_with_the_time() -> None:
    bars = {progress_line(Progress(1, None, ""), seconds).plain[:CELLS] for seconds in range(5)}
    assert len(bars) == 5
    assert all(bar.count("█") == 5 for bar in bars)
    assert progress_line(Progress(5, 10, ""), 0).plain.startswith("█" * 10 + "░" * 10 + "  50 %")


def test_a_run_belongs_to_its_offer() -> None:
    read = Run(1, "one", "x://a", {}, OfferKind.RESOURCE, "x://{n}")
    assert read.is_of(OfferKind.TEMPLATE, "x://{n}") and read.is_of(OfferKind.RESOURCE, "x://a")
    assert not read.is_of(OfferKind.TOOL, "x://a")
    assert (read.tool, Run(2, "one", "a", {}).tool) == ("resource x://a", "a")


def test_the_ring_of_notifications_is_bounded_by_number_and_size() -> None:
    ring = Notifications(capacity=1_000)
    for _ in range(5):
        ring.add("message", "x" * 400)
    assert (len(ring), ring.count) == (2, 5)
    ring.add("message", "y" * 5_000)
    assert [one.length for one in ring] == [5_000]
    many = Notifications()
    for number in range(MAX_NOTIFICATIONS + 10):
        many.add("resources/updated", str(number))
    assert len(many) == MAX_NOTIFICATIONS
    assert next(iter(many)).number == 11

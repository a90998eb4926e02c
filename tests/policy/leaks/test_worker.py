"""What the worker tells of a text: places in it as it came, whatever the library in C can take."""

from tuui_sampling.policy.leaks.worker import found_in


def test_places_are_those_of_the_text_as_it_came() -> None:
    class Found:
        rule_id, confidence, secret = "r", "low", "é?"

    assert found_in(lambda text: [Found(), Found()], "aé\0bé?") == [(1, 3, "r", "low"), (4, 6, "r", "low")]

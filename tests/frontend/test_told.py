"""That everything is told once, however much there was to tell."""

from tuui_sampling.frontend.told import MAX_TOLD, Told


def test_everything_is_told_once() -> None:
    told = Told()
    assert [told.is_news(key) for key in ("a", "b", "a", ("a", "b"))] == [True, True, False, True]


def test_so_many_are_remembered() -> None:
    told = Told()
    assert all(told.is_news(number) for number in range(MAX_TOLD))
    assert not told.is_news(0)
    assert told.is_news(MAX_TOLD)
    assert told.is_news(0), "the oldest was forgotten"
    assert not told.is_news(MAX_TOLD)

"""What has been seen is a set of places: it is compared here with one that keeps every place."""

from hypothesis import given
from hypothesis import strategies as some

from tuui_sampling.frontend.document.coverage import Coverage
from tuui_sampling.frontend.document.rows import Place

STRETCHES = some.tuples(some.booleans(), some.integers(0, 30), some.integers(1, 10))


@given(some.lists(STRETCHES, max_size=12))
def test_stretches_are_added_and_forgotten(changes: list[tuple[bool, int, int]]) -> None:
    coverage, seen = Coverage(), set[int]()
    for adds, start, length in changes:
        if adds:
            coverage.add(Place(start), Place(start + length))
            seen |= {*range(start, start + length)}
        else:
            coverage.forget(Place(start), Place(start + length))
            seen -= {*range(start, start + length)}
    for start in range(40):
        for end in (start + 1, start + 3):
            assert coverage.holds(Place(start), Place(end)) == ({*range(start, end)} <= seen)
    assert bool(coverage) == bool(seen)

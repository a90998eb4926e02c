"""One digest for each beginning of a list, and what a block keeps of its data."""

import pytest

from tuui_sampling.sampling.request import AudioBlock, ImageBlock, prefix_digests


@pytest.mark.parametrize(
    ("left", "right", "alike"),
    [
        (["a", "b", "c"], ["a", "b", "d", "e"], 2),
        (["a", "b"], ["a", "b", "c"], 2),
        (["ab", "c"], ["a", "bc"], 0),  # where one piece ends counts
        (["a", "", "b"], ["a", "b"], 1),
        (["b", "a"], ["a", "b"], 0),
        (["x", "same"], ["y", "same"], 0),  # the same text after another beginning is another beginning
        ([], ["a"], 0),
        (["\ud800"], ["\ud800"], 1),
    ],
)
def test_equal_digests_mean_equal_beginnings(left: list[str], right: list[str], alike: int) -> None:
    pairs = zip(prefix_digests(left), prefix_digests(right), strict=False)
    assert [one == other for one, other in pairs] == [n < alike for n in range(min(len(left), len(right)))]


def test_what_they_depend_on_counts() -> None:
    assert prefix_digests(["a"], "x") != prefix_digests(["a"], "y")
    assert len(set(prefix_digests(["a"] * 5))) == 5


@pytest.mark.parametrize("kind", [ImageBlock, AudioBlock])
def test_the_bytes_of_data_are_not_kept_beside_it(kind: type[ImageBlock] | type[AudioBlock]) -> None:
    block = kind("YWJj", "image/png")
    assert (block.content, block.sha256[:4]) == (b"abc", "ba78")
    assert not [value for value in vars(block).values() if isinstance(value, bytes)]

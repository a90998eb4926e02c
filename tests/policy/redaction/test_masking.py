"""Masks: of every text of a JSON value, as configured, and of as many findings as there are."""

import pytest

from tests.policy.values import PERSONAL, made_secrets
from tuui_sampling.policy.redaction.masking import Masking, is_masked

TOKEN = made_secrets()[0][1]
CARD = next(value for name, value in PERSONAL if name == "payment card")


@pytest.mark.parametrize(
    ("kinds", "masked"),
    [
        (("secret",), f"a ⟦secret⟧ b {CARD}"),
        (("personal",), f"a {TOKEN} b ⟦personal⟧"),
        (("secret", "personal"), "a ⟦secret⟧ b ⟦personal⟧"),
        ((), f"a {TOKEN} b {CARD}"),
    ],
)
def test_what_is_configured_is_masked_in_every_text(kinds: tuple[str, ...], masked: str) -> None:
    masking = Masking(kinds)
    value = {"params": {"messages": [{"content": f"a {TOKEN} b {CARD}"}]}, "steps": (f"a {TOKEN} b {CARD}",), "n": 1}
    result = masking.json(value)
    assert result["params"]["messages"][0]["content"] == masked == masking.text(f"a {TOKEN} b {CARD}")
    assert list(result["steps"]) == [masked]
    assert is_masked(result) is bool(kinds)
    assert not is_masked(value)


def test_keys_are_masked_in_their_order_and_no_member_is_lost() -> None:
    other = made_secrets()[2][1]
    value = {"a": 1, TOKEN: 2, "deep": [{other: TOKEN}], other: 3, "⟦secret⟧ 2": 4}
    masked = Masking(("secret",)).json(value)
    assert list(masked.items()) == [
        ("a", 1),
        ("⟦secret⟧", 2),
        ("deep", [{"⟦secret⟧": "⟦secret⟧"}]),
        ("⟦secret⟧ 3", 3),
        ("⟦secret⟧ 2", 4),
    ]
    assert is_masked({"⟦secret⟧": 1})
    assert TOKEN not in str(masked)


def test_what_holds_nothing_is_the_same_object_and_data_is_no_text() -> None:
    masking = Masking(("secret",))
    clean = {"a": ["b", {"c": 1.5, "d": None}]}
    assert masking.json(clean) is clean
    picture = {"type": "image", "mimeType": "image/png", "data": f"x {TOKEN}"}
    assert masking.json(picture) is picture


def test_more_than_a_search_tells_at_once_are_masked_all() -> None:
    text = "\n".join(f"{TOKEN} {number}" for number in range(2_500))
    masked = Masking(("secret",)).text(text)
    assert TOKEN not in masked
    assert masked.count("⟦secret⟧") == 2_500

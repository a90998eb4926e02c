"""The words of an error are found in every form that is known, also behind another error."""

import json

import pytest

from tuui_sampling.sampling.request import Json
from tuui_sampling.sampling.wire_errors import words_of

WORDS = "it is full"


@pytest.mark.parametrize(
    "body",
    [
        WORDS,
        {"message": WORDS},
        {"error": {"error": {"message": WORDS}}},
        {"error": {"message": json.dumps({"error": {"message": WORDS}})}},
        {"error": json.dumps({"error": json.dumps({"message": WORDS})})},
        [{"error": {"message": WORDS}}],
        {"errors": [{"detail": WORDS}]},
        {"type": "about:blank", "title": "Bad", "detail": WORDS, "status": 400},
        {"__type": "ValidationException", "Message": WORDS},
        {"fault": {"faultstring": WORDS, "detail": {"errorcode": "x.y"}}},
        {"base_resp": {"status_code": 1004, "status_msg": WORDS}},
        f'event: error\ndata: {{"error": {{"message": "{WORDS}"}}}}\n\n',
        f"data: {WORDS}",
        f"<Error><Code>AccessDenied</Code><Message>{WORDS}</Message></Error>",
    ],
)
def test_the_words_in_every_form(body: Json) -> None:
    assert words_of(body).removeprefix("data: ") == WORDS


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error": "invalid_token", "error_description": "expired at noon"}, "invalid_token: expired at noon"),
        ({"error_description": "expired"}, "expired"),
        (
            {"error": {"message": "Provider returned error", "metadata": {"raw": '{"error":{"message":"no room"}}'}}},
            "Provider returned error (no room)",
        ),
        ({"detail": [{"loc": ["body", 0], "msg": "is short"}]}, "body.0: is short"),
        ("{not JSON", "{not JSON"),
        ('{"code": 7}', '{"code": 7}'),
        ("[" * 3_000, "[" * 3_000),
        ({"error": {"code": 7}}, ""),
        (None, ""),
    ],
)
def test_what_is_said_of_other_bodies(body: Json, words: str) -> None:
    assert words_of(body) == words

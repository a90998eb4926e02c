"""How much of a document has not been seen, in words that make a sentence."""

from types import SimpleNamespace
from typing import Any, cast

from tuui_sampling.frontend.document.meter import meter_words, unseen_words


def test_what_is_laid_out_in_part_has_more_rows_than_were_seen() -> None:
    for unseen, brief, full in (
        (0, "more rows not seen", "more rows not seen"),
        (1, "1+ row not seen", "more than 1 row not seen"),
        (2, "2+ rows not seen", "more than 2 rows not seen"),
    ):
        document = cast("Any", SimpleNamespace(is_seen=False, is_complete=False, unseen=unseen))
        assert (meter_words(document), unseen_words(document)) == (brief, full)

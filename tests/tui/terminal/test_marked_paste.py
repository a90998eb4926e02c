"""What a terminal marks as pasted is text to its end, however it is cut, and whatever it holds."""

from codecs import getincrementaldecoder
from itertools import combinations

import pytest
from textual._xterm_parser import XTermParser
from textual.events import Key, Paste

from tuui_sampling.tui.terminal.marked_paste import END, START, MarkedPaste, put_back

PASTED = "é\x1b[31m\x07\x00\x1b" + START + "\x1b[20"
SENT = f"k{START}{PASTED}{END}l".encode()


def read(pieces: list[bytes]) -> list[str]:
    """Return the keys, and the pastes in brackets, that are read from what comes in pieces."""
    parser, marked, decode = XTermParser(), MarkedPaste(), getincrementaldecoder("utf-8")().decode
    texts = [text for piece in pieces if (text := marked.take(decode(piece)))]
    events = [event for text in texts for event in parser.feed(text)]
    assert all(isinstance(event, Key | Paste) for event in events)
    return [f"[{put_back(one.text)}]" if isinstance(one, Paste) else getattr(one, "key", "") for one in events]


@pytest.mark.hostile(50)
def test_a_paste_is_one_text_wherever_it_is_cut() -> None:
    for first, second in combinations(range(len(SENT) + 1), 2):
        cut = [SENT[:first], SENT[first:second], SENT[second:]]
        assert read(cut) == ["k", f"[{PASTED}]", "l"], cut
    assert read([SENT[at : at + 1] for at in range(len(SENT))]) == ["k", f"[{PASTED}]", "l"]


def test_keys_wait_for_nothing() -> None:
    marked = MarkedPaste()
    assert [marked.take(piece) for piece in ("\x1b", "[A", "\x1b[20", "1~", "\x1b[200", "~a")] == [
        "\x1b", "[A", "\x1b[20", "1~", "\x1b[200", "~a",
    ]  # fmt: skip
    assert marked.take("\x1b") == ""  # it may be the end
    assert marked.take("[201~\x1b[A") == "\x1b[201~\x1b[A"


def test_what_was_taken_for_keys_starts_no_paste() -> None:
    marked = MarkedPaste()
    marked.take("\x1b")
    marked.gave_up()
    assert marked.take("[200~\x1b[A") == "[200~\x1b[A"
    marked.take(START)
    marked.gave_up()
    assert put_back(marked.take("\x1b[A")) == "\x1b[A" != marked.take("\x1b[A")

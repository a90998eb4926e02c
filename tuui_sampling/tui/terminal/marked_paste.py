"""
Keeps what a terminal pastes from being read as keys.

A terminal marks what is pasted (bracketed paste): all between the two marks is text. Textual's parser looks for keys
there all the same wherever an ESC is: a paste that holds one is put into another order, and what follows it is typed,
be it a chord that decides. So no ESC of a paste gets to that parser; what stands in its place is put back behind it.
"""

START, END = "\x1b[200~", "\x1b[201~"

_LOST = (0x00, 0x1B)
"""What the parser drops, and what it takes for the start of a key."""

_IN_PLACE = {code: 0xDC00 + code for code in _LOST}
"""Lone surrogates, which are in no decoded text."""

_PUT_BACK = {stand_in: code for code, stand_in in _IN_PLACE.items()}


class MarkedPaste:
    """Passes on what a terminal sends, in pieces that may end anywhere; what is pasted holds nothing to parse."""

    def __init__(self) -> None:
        self._is_inside = False
        self._start = ""

    def take(self, piece: str) -> str:
        """Return what can be parsed by now: where a paste may end, the start of the mark waits for the rest of it."""
        text, passed_on = self._start + piece, 0 if self._is_inside else len(self._start)
        parts: list[str] = []
        while text:
            mark = END if self._is_inside else START
            part, found, text = text.partition(mark)
            self._start = "" if found else _start_of(mark, part)
            if self._is_inside:
                part = part.removesuffix(self._start).translate(_IN_PLACE)
            parts += [part, found]
            self._is_inside ^= bool(found)
        return "".join(parts)[passed_on:]

    def gave_up(self) -> None:
        """Note that what may have been the start of a paste was taken for keys: nothing more of it came in time."""
        if not self._is_inside:
            self._start = ""


def _start_of(mark: str, text: str) -> str:
    """Return the start of a mark that a text ends with."""
    return next((mark[:count] for count in range(len(mark) - 1, 0, -1) if text.endswith(mark[:count])), "")


def put_back(pasted: str) -> str:
    """Return a pasted text as the terminal sent it."""
    return pasted.translate(_PUT_BACK)

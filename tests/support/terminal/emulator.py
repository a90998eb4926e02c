"""
A terminal that answers: `pyte` keeps the screen, and what programs ask a terminal is answered as xterm answers it.

That matters because an answer comes back as if somebody had typed it. Whoever can make the terminal send a query can
make it type, and with a colour that was set before, what it types is up to them. The sequences are those of
https://invisible-island.net/xterm/ctlseqs/ctlseqs.html.
"""

import codecs
import re
from collections.abc import Iterator
from itertools import groupby

import pyte

_TOKEN = re.compile(
    "(?P<string>(?:\x1b[]PX^_]|[\x90\x98\x9d-\x9f])(?P<body>[^\x07\x1b\x9c]*)(?P<end>\x07|\x1b\\\\|\x9c))"
    "|(?P<control>(?:\x1b\\[|\x9b)(?P<parameters>[0-?]*)(?P<between>[ -/]*)(?P<final>[@-~]))"
    "|(?P<escape>\x1b[ -/]*[0-OQ-WYZ`-~])"
    "|(?P<plain>[^\x1b\x90\x98\x9b\x9d-\x9f]+)"
)
_COLOUR = re.compile("#?([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})")
_STATUS_STRINGS = {"m": "0m", " q": "2 q", '"p': '64;1"p', '"q': '0"q', "r": "1;24r"}

KNOWN_MODES = {1, 7, 25, 1000, 1002, 1003, 1004, 1006, 1015, 1016, 1049, 2004}
"""Private modes that xterm knows; it says so when it is asked for one."""

AT_REST = {7, 25}
"""The modes of a terminal that nobody has changed: lines wrap, and the cursor is shown."""


class Emulator:
    """
    The far side of a pseudo-terminal.

    Attributes:
        modes: The private modes that are on, such as 1049 (the alternate screen) and 25 (the cursor).
        answers: What it has typed by itself, oldest first.
        title: The window's.
    """

    def __init__(self, columns: int, rows: int) -> None:
        self.modes = set(AT_REST)
        self.answers: list[str] = []
        self.title = ""
        self._colours: dict[str, str] = {}
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self._screen)

    @property
    def lines(self) -> list[str]:
        """What is on the screen now, one text a row."""
        columns = range(self._screen.columns)
        rows = (self._screen.buffer[number] for number in range(self._screen.lines))
        return ["".join(row[column].data for column in columns) for row in rows]  # quicker than pyte's own

    def style_of(self, text: str) -> object:
        """Return colours and attributes of the last cell of a text's first occurrence; None where it is not shown."""
        for number, line in enumerate(self.lines):
            if (at := line.find(text)) >= 0:
                return self._screen.buffer[number][at + len(text) - 1]._replace(data="")
        return None

    def stretches(self) -> Iterator[tuple[str, str, str]]:
        """
        Return all that is on the screen in stretches of one style: text, colour, background; as they are seen.

        What has no colours is "default"; what has none and is in reverse is "background" on "foreground".
        """
        for number in range(self._screen.lines):
            row = (self._screen.buffer[number][column] for column in range(self._screen.columns))
            for (colour, ground, turned), cells in groupby(row, lambda cell: (cell.fg, cell.bg, cell.reverse)):
                text = "".join(cell.data for cell in cells)
                if turned and (colour, ground) == ("default", "default"):
                    yield text, "background", "foreground"
                else:
                    yield (text, ground, colour) if turned else (text, colour, ground)

    def resize(self, columns: int, rows: int) -> None:
        """Give the screen another size."""
        self._screen.resize(rows, columns)

    def feed(self, data: bytes) -> str:
        """Take what a program wrote, and return what the terminal types in answer."""
        text = self._rest + self._decoder.decode(data)
        answers = len(self.answers)
        at = 0
        while match := _TOKEN.match(text, at):
            self._take(match)
            at = match.end()
        self._rest = text[at:]
        return "".join(self.answers[answers:])

    def _take(self, token: re.Match[str]) -> None:
        if token["string"] is not None:
            self._take_string(token)
        elif token["control"] is not None:
            self._take_control(token)
        else:
            self._stream.feed(token[0])

    def _answer(self, text: str) -> None:
        self.answers.append(text)

    # --- strings: OSC and DCS ---

    def _take_string(self, token: re.Match[str]) -> None:
        introducer, body = token["string"][:2], token["body"]
        if introducer == "\x1b]" or introducer[0] == "\x9d":
            self._take_command(body, token["end"])
        elif (introducer == "\x1bP" or introducer[0] == "\x90") and body.startswith("$q"):
            status = _STATUS_STRINGS.get(body[2:])
            self._answer(f"\x1bP1$r{status}\x1b\\" if status else "\x1bP0$r\x1b\\")
        elif (introducer == "\x1bP" or introducer[0] == "\x90") and body.startswith("+q"):
            self._answer("\x1bP0+r\x1b\\")

    def _take_command(self, body: str, end: str) -> None:
        number, _, rest = body.partition(";")
        if number in ("0", "2"):
            self.title = rest
        elif number == "4":
            parts = rest.split(";")
            for index, colour in zip(parts[::2], parts[1::2], strict=False):
                self._colour(f"4;{index}", colour, end)
        elif number.isdigit() and 10 <= int(number) <= 19:
            for offset, colour in enumerate(rest.split(";")):
                self._colour(str(int(number) + offset), colour, end)

    def _colour(self, which: str, colour: str, end: str) -> None:
        """Set a colour, or type what it is: the way to make a terminal type what one wants."""
        if colour != "?":
            self._colours[which] = colour
            return
        known = _COLOUR.fullmatch(self._colours.get(which, "000000"))
        parts = "/".join(part * 2 for part in (known.groups() if known else ("00", "00", "00")))
        self._answer(f"\x1b]{which};rgb:{parts}{end}")

    # --- control sequences ---

    def _take_control(self, token: re.Match[str]) -> None:
        parameters, between, final = token["parameters"], token["between"], token["final"]
        if final in "hl" and parameters.startswith("?"):
            self._set_modes(parameters[1:], final == "h")
        self._answer_control(parameters, between + final)
        private = parameters[:1] in ("<", "=", ">") or (parameters[:1] == "?" and final not in "hl")
        if not between and not private and final != "t":  # pyte takes the others for something else
            self._stream.feed(token[0])

    def _set_modes(self, numbers: str, on: bool) -> None:
        for number in filter(str.isdigit, numbers.split(";")):
            (self.modes.add if on else self.modes.discard)(int(number))

    def _answer_control(self, parameters: str, final: str) -> None:
        cursor = self._screen.cursor
        match parameters, final:
            case ("" | "0", "c"):
                self._answer("\x1b[?64;1;2;6;9;15;16;17;18;21;22;28c")
            case (">" | ">0", "c"):
                self._answer("\x1b[>41;390;0c")
            case ("=" | "=0", "c"):
                self._answer("\x1bP!|00000000\x1b\\")
            case ("5", "n"):
                self._answer("\x1b[0n")
            case ("6", "n"):
                self._answer(f"\x1b[{cursor.y + 1};{cursor.x + 1}R")
            case ("?6", "n"):
                self._answer(f"\x1b[?{cursor.y + 1};{cursor.x + 1}R")
            case ("18", "t"):
                self._answer(f"\x1b[8;{self._screen.lines};{self._screen.columns}t")
            case ("20", "t"):
                self._answer(f"\x1b]L{self.title}\x1b\\")
            case ("21", "t"):
                self._answer(f"\x1b]l{self.title}\x1b\\")
            case (mode, "$p") if mode.startswith("?") and mode[1:].isdigit():
                number = int(mode[1:])
                state = (1 if number in self.modes else 2) if number in KNOWN_MODES else 0
                self._answer(f"\x1b[?{number};{state}$y")

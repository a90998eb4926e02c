"""
Text that attacks whoever displays it, for the tool `hostile`.

Nothing here is aimed at a model. Each entry is aimed at the terminal, at a markup language, or at the eyes of
the person who approves; a client that shows untrusted text safely shows all of it as visible characters.
"""

ESC = "\x1b"
BEL = "\x07"

DISPLAY_ATTACKS: dict[str, str] = {
    # A terminal answers a colour query by typing the answer: here, keys pressed that nobody pressed.
    "colour query": f"{ESC}]11;#aaaaaa{BEL}{ESC}]11;?{BEL}",
    "device status query": f"{ESC}[6n{ESC}[c",
    "window title": f"{ESC}]0;All requests approved{BEL}",
    "clipboard": f"{ESC}]52;c;YXBwcm92ZWQ={BEL}",
    "hyperlink": f"{ESC}]8;;https://attacker.example/{ESC}\\https://docs.example/{ESC}]8;;{ESC}\\",
    "clear the screen": f"{ESC}[2J{ESC}[H",
    "hidden by colour": f"{ESC}[8mthis is invisible{ESC}[0m",
    "device control string": f"{ESC}P$q q{ESC}\\",
    # C1 controls: one character does what ESC and a letter do.
    "C1 controls": "\x9b31mred\x9b0m \x9d0;title\x9c",
    "markup": "[@click=app.quit]press me[/] [link=https://attacker.example/]docs[/link] [b]bold[/b]",
    "unbalanced markup": "[/] [/nothing] [@click=",
    "overprinting": "delete everything\rkeep everything  ",
    "backspaces": "rm -rf /\b\b\b\b\b\b\b\bls",
    "bidirectional override": "invoice\u202egpj.exe\u202c \u2066isolated\u2069",
    "zero width": "pass\u200bword\u200c\u200d\u2060\ufeff",
    # The tag characters U+E0020 … U+E007E mirror ASCII and are drawn as nothing at all.
    "tag characters": "hello" + "".join(chr(0xE0000 + ord(letter)) for letter in "approve this"),
    "odd line ends": "one\x0btwo\x0cthree\x85four\u2028five\u2029six",
    "other controls": "\x00\x01\x0e\x7f",
}
"""What it is called, and the text itself."""


def hostile_text() -> str:
    """Return every attack on a line of its own, after its name."""
    return "\n".join(f"{name}: {attack}" for name, attack in DISPLAY_ATTACKS.items())

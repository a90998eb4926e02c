"""Names that look like others, however many there are."""

import pytest

from tuui_sampling.policy.lookalikes import misleading

SETS = [
    (("github", "g\u0456thub"), {"github": 'looks like "g\u0456thub"', "g\u0456thub": "mixes alphabets"}),
    (
        ("read_file", "read-file", "write"),
        {"read_file": 'looks like "read-file"', "read-file": 'looks like "read_file"'},
    ),
    (("mail", "mai1"), {"mail": 'looks like "mai1"', "mai1": 'looks like "mail"'}),
    (("mail", "mai\u217c"), {"mail": 'looks like "mai\u217c"', "mai\u217c": 'looks like "mail"'}),
    (("corn", "com"), {"corn": 'looks like "com"', "com": 'looks like "corn"'}),
    (("get", "set", "list", "notes", "заметки", "Ελλάδα", "漢字"), {}),
    (("same", "same"), {}),
    *(
        (("notes", twin), {"notes": f'looks like "{twin}"', twin: 'looks like "notes"'})
        for twin in ("no\u200btes", "notes\u0301", "not\u00e9s", "notes ", "notes\ufe0f", "\u2066notes", "_notes")
    ),
    (("github", "\u0261ithub"), {"github": 'looks like "\u0261ithub"', "\u0261ithub": 'looks like "github"'}),
    (("git", "g\u0131t"), {"git": 'looks like "g\u0131t"', "g\u0131t": 'looks like "git"'}),
    (("work", "vvork"), {"work": 'looks like "vvork"', "vvork": 'looks like "work"'}),
    (("notes", "n\u0585tes"), {"notes": 'looks like "n\u0585tes"', "n\u0585tes": "mixes alphabets"}),
    ((), {}),
]


@pytest.mark.hostile(47)
@pytest.mark.parametrize(("names", "found"), SETS)
def test_what_misleads(names: tuple[str, ...], found: dict[str, str]) -> None:
    assert misleading(names) == found


def test_a_thousand_tools_take_no_longer_than_they_are_many() -> None:
    assert misleading(f"tool {number}x" for number in range(1, 5_000, 2)) is not None

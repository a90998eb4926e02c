"""Lines of keys, whatever form of TOML they are written in."""

import pytest

from tuui_sampling.config.toml.lines import KeyPath, locate

TEXT = '''# comment = "no key"
top = """
fake = 1
[fake]
\\""" still inside""""
"quoted \\u00e9.key" = 'lite#ral'   # line 6

[servers.one]
args = [   # line 9
  "a", [1, 2],   # = comment
  "b]",
  { x = 1 },
]
env = { A = "}", "B C" = 'x', deep.er = { z = 2 } }
dotted . path = 1.5
after = true # line 16

[ servers . "two.three" ]
when = 1979-05-27 07:32:00
text = \'\'\'
it\'\'s = 1\'\'\'
last = ["""
x""", 3]

[[list]]
a = 1
[[list]]
a = 2
end = {}'''


def lines(text: str) -> dict[KeyPath, int]:
    """Return the first line of each key."""
    found: dict[KeyPath, int] = {}
    for key_path, line in locate(text):
        found.setdefault(key_path, line)
    return found


EXPECTED: dict[KeyPath, int] = {
    ("top",): 2,
    ("quoted é.key",): 6,
    ("servers",): 8,
    ("servers", "one"): 8,
    ("servers", "one", "args"): 9,
    ("servers", "one", "args", 0): 10,
    ("servers", "one", "args", 1): 10,
    ("servers", "one", "args", 1, 0): 10,
    ("servers", "one", "args", 1, 1): 10,
    ("servers", "one", "args", 2): 11,
    ("servers", "one", "args", 3): 12,
    ("servers", "one", "args", 3, "x"): 12,
    ("servers", "one", "env"): 14,
    ("servers", "one", "env", "A"): 14,
    ("servers", "one", "env", "B C"): 14,
    ("servers", "one", "env", "deep"): 14,
    ("servers", "one", "env", "deep", "er"): 14,
    ("servers", "one", "env", "deep", "er", "z"): 14,
    ("servers", "one", "dotted"): 15,
    ("servers", "one", "dotted", "path"): 15,
    ("servers", "one", "after"): 16,
    ("servers", "two.three"): 18,
    ("servers", "two.three", "when"): 19,
    ("servers", "two.three", "text"): 20,
    ("servers", "two.three", "last"): 22,
    ("servers", "two.three", "last", 0): 22,
    ("servers", "two.three", "last", 1): 23,
    ("list",): 25,
    ("list", 0): 25,
    ("list", 0, "a"): 26,
    ("list", 1): 27,
    ("list", 1, "a"): 28,
    ("list", 1, "end"): 29,
}


def test_every_key_has_its_line() -> None:
    assert lines(TEXT) == EXPECTED


def test_a_table_within_an_array_of_tables_is_in_its_last_element() -> None:
    found = lines("[[a]]\n[a.b]\nc = 1\n[[a]]\n[[a.d]]\n[a.d.e]\nf = 1")
    assert found[("a", 0, "b", "c")] == 3
    assert found[("a", 1, "d", 0, "e", "f")] == 7


def test_line_ends_of_windows_count_once() -> None:
    assert lines(TEXT.replace("\n", "\r\n")) == EXPECTED


def test_it_ends_wherever_the_text_is_cut() -> None:
    whole = locate(TEXT)
    for length in range(len(TEXT)):
        found = locate(TEXT[:length])
        assert len(found) <= len(whole)


@pytest.mark.long
def test_a_million_characters_are_no_trouble() -> None:
    assert lines('a = "' + "x" * 1_000_000 + '"\nb = [' + "1," * 100_000 + "]\nc = 1")[("c",)] == 3

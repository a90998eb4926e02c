"""What is refused before it is parsed, and that nothing else is."""

import pytest

from tuui_sampling.config.toml.limits import MAX_DEPTH, limit_problem


@pytest.mark.parametrize(
    "text",
    [
        "a = 1.5\n" * 100,
        "a = [" + "1.5, " * 1_000 + "]",
        "a = [\n" + "1.5,\n" * 1_000 + "]",
        "# " + "[" * 1_000,
        'a = "' + "[" * 1_000 + '"',
        "a = '" + "." * 1_000 + "'",
        'a = """\n' + "{\n" * 1_000 + '"""',
        "a = '''" + "9" * 5_000 + "'''",
        '"' + "a.b." * 100 + '" = 1',
        "[x]\n" * 1_000,
        "a = {b.c = {d = 1}}\n" * 1_000,
        "a = " + "[" * MAX_DEPTH + "]" * MAX_DEPTH,
        "a = 0x" + "f" * 2_000,
        'x = "' + '\\"' * 100_000,
    ],
)
def test_what_is_not_deep_passes(text: str) -> None:
    assert limit_problem(text) is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("\na = " + "[" * (MAX_DEPTH + 1), 2),
        ("a = '''\n\n'''\nb = " + "{a.b=" * (MAX_DEPTH // 2 + 1), 4),
        ("# x\n" + "a . " * (MAX_DEPTH + 1) + "b = 1", 2),
        ("# x\n" + '"a"."b".' * MAX_DEPTH + "b = 1", 2),
        ("[a]\n[" + "a." * MAX_DEPTH + "b]", 2),
        ("a = {\n" + "b = {\n" * MAX_DEPTH, MAX_DEPTH + 1),
    ],
)
def test_what_is_deep_is_refused_with_its_line(text: str, line: int) -> None:
    assert limit_problem(text) == (line, f"is nested more than {MAX_DEPTH} deep")

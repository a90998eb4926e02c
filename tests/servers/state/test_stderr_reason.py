"""What the programs of many languages print when they end, and the line of it that says why."""

import pytest

from tuui_sampling.servers.state.stderr_reason import stderr_reason

ENDS = {
    "node": (
        "node:internal/modules/cjs/loader:1210\n  throw err;\n  ^\n\nError: Cannot find module '/srv/dist/stdio.js'\n"
        "    at Module._resolveFilename (node:internal/modules/cjs/loader:1207:15)\n    at node:internal/main:5 {\n"
        "  code: 'MODULE_NOT_FOUND',\n  requireStack: []\n}\n\nNode.js v20.20.2\n",
        "Error: Cannot find module '/srv/dist/stdio.js'",
    ),
    "python": (
        'Traceback (most recent call last):\n  File "/srv/a.py", line 1, in <module>\n    import x\n'
        "ModuleNotFoundError: No module named 'x'\n",
        "ModuleNotFoundError: No module named 'x'",
    ),
    "pydantic": (
        "pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings\napi_key\n"
        "  Field required [type=missing, input_value={}, input_type=dict]\n"
        "    For further information visit https://errors.pydantic.dev/2.11/v/missing\n",
        "api_key Field required [type=missing, input_value={}, input_type=dict]",
    ),
    "go": (
        "panic: open /etc/srv.toml: no such file or directory\n\ngoroutine 1 [running]:\nmain.main()\n"
        "\t/src/main.go:8 +0x2c\nexit status 2\n",
        "panic: open /etc/srv.toml: no such file or directory",
    ),
    "rust": (
        "\nthread 'main' panicked at src/main.rs:4:10:\nthe variable DATABASE_URL is not set\n"
        "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n",
        "the variable DATABASE_URL is not set",
    ),
    "java": (
        'Exception in thread "main" java.lang.RuntimeException: x\n\tat a.B.main(B.java:3)\n'
        "Caused by: java.io.IOException: port 80 is taken\n\tat a.C.open(C.java:9)\n\t... 1 more\n",
        "Caused by: java.io.IOException: port 80 is taken",
    ),
    "npx": (
        "npm error code E404\nnpm error 404 Not Found - GET https://registry.example/no-such-server - Not found\n"
        "npm error 404\nnpm error 404  'no-such-server@*' is not in this registry.\nnpm error 404\n"
        "npm error 404 Note that you can also install from a\nnpm error 404 tarball, folder, http url, or git folder.\n"
        "npm error A complete log of this run can be found in: /root/.npm/_logs/x.log\n",
        "npm error 404 Not Found - GET https://registry.example/no-such-server - Not found",
    ),
    "uvx": (
        "  × No solution found when resolving tool dependencies:\n  ╰─▶ Because no-such-server was not found and you\n"
        "      require no-such-server, we can conclude that your requirements are unsatisfiable.\n",
        "× No solution found when resolving tool dependencies: ╰─▶ Because no-such-server was not found",
    ),
    "docker": (
        "docker: Cannot connect to the Docker daemon. Is the docker daemon running?\nSee 'docker run --help'.\n",
        "docker: Cannot connect to the Docker daemon. Is the docker daemon running?",
    ),
    "arguments": (
        "usage: srv [-h] --root ROOT\nsrv: error: the following arguments are required: --root\n",
        "srv: error: the following arguments are required: --root",
    ),
    "one line": ("the licence file is missing\n\n\n", "the licence file is missing"),
    "only indented": ("  a\n  b\n", "b"),
    "a brace": ("}\n", "}"),
}


@pytest.mark.parametrize("name", ENDS)
def test_the_line_that_says_why_is_found(name: str) -> None:
    printed, expected = ENDS[name]
    assert (stderr_reason(printed.split("\n")) or "").startswith(expected)


@pytest.mark.parametrize("lines", [[], ["", " "]])
def test_nothing_was_said(lines: list[str]) -> None:
    assert stderr_reason(lines) is None


def test_a_flood_of_frames_is_looked_at_from_its_end() -> None:
    assert stderr_reason(["Error: x", *["    at y"] * 100_000]) == "at y"

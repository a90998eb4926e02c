"""A handful of the suite's scenarios; `make conformance` runs all of them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.known import KNOWN
from tests.conformance.suite import LATEST, NEWEST_ALPHA, Suite, install
from tests.support.paths import ROOT
from tests.support.program import run
from tuui_sampling.cli import exit_codes

from .client import filled_in


@pytest.fixture(scope="session")
def latest() -> Suite:
    """Return the suite's latest version; skips where node is too old and can't be installed."""
    return install(LATEST)


@pytest.fixture(scope="session")
def alpha() -> Suite:
    """Return the suite's newest alpha version; skips where node is too old and can't be installed."""
    return install(NEWEST_ALPHA)


@pytest.mark.parametrize("scenario", ["tools_call", "elicitation-sep1034-client-defaults", "auth/pre-registration"])
def test_scenarios_of_the_latest_version(scenario: str, latest: Suite, tmp_path: Path) -> None:
    result = latest.run(scenario, tmp_path)
    assert result.passed, result.reason
    assert result.checks


@pytest.mark.parametrize(
    ("scenario", "revision"),
    [
        ("sse-retry", "2025-11-25"),
        ("request-metadata", "2026-07-28"),
        ("http-custom-headers", "2026-07-28"),
        ("sep-2322-client-request-state", "2026-07-28"),
        ("auth/scope-step-up", "2026-07-28"),
        ("auth/client-credentials-jwt", None),
    ],
)
def test_scenarios_of_the_alpha_version(scenario: str, revision: str | None, alpha: Suite, tmp_path: Path) -> None:
    result = alpha.run(scenario, tmp_path, revision)
    assert result.passed, result.reason
    assert result.checks


def test_what_is_known_to_fail_exists_and_fails(alpha: Suite, latest: Suite, tmp_path: Path) -> None:
    suites = {suite.version: suite for suite in (alpha, latest)}
    assert all(scenario in suites[version].scenarios() for version, scenario in KNOWN)
    assert not alpha.run("auth/dpop", tmp_path).passed


def test_nobody_listens_at_the_suites_url() -> None:
    client = [sys.executable, "-m", "tests.conformance.client", "http://127.0.0.1:9/mcp"]
    environ = os.environ | {"MCP_CONFORMANCE_SCENARIO": "initialize"}
    done = subprocess.run(client, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == exit_codes.SERVER
    assert "nothing listens at its url" in done.stderr


def test_the_program_has_no_command_that_answers_unseen() -> None:
    done = run("conformance", "http://127.0.0.1:9/mcp")
    assert done.returncode == exit_codes.USAGE
    assert "invalid choice: 'conformance'" in done.stderr


@pytest.mark.parametrize(
    ("schema", "values"),
    [
        ({}, {}),
        ({"properties": 7}, {}),
        ({"properties": {"a": {"type": "string"}}}, {}),
        ({"properties": {"a": {"default": None}}}, {"a": None}),
        ({"properties": {"a": {"type": "string", "default": "x"}}, "required": ["a"]}, {"a": "x"}),
        ({"properties": {"a": {"type": "boolean"}, "b": {"enum": ["p", "q"]}}, "required": ["a", "b"]}, None),
        ({"properties": {"a": {"type": ["string", "null"]}, "b": True}, "required": ["a", "b"]}, {"a": "text"}),
    ],
)
def test_what_is_filled_in(schema: dict[str, Any], values: dict[str, Any] | None) -> None:
    expected = {"a": True, "b": "p"} if values is None else values
    assert filled_in(schema) == expected
    json.dumps(filled_in(schema))

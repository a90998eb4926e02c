"""What every test gets: an environment of its own. The other fixtures live in `tests/support/`."""

import atexit
import gc
import itertools
import os
import platform
import signal
from collections.abc import Iterator, Mapping

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


def pytest_configure(config: pytest.Config) -> None:
    """Let a worker end at once, when all else is done: to free its memory piece by piece takes a second and more."""
    if hasattr(config, "workerinput"):
        atexit.register(os._exit, 0)


def pytest_collection_finish() -> None:
    """Look for garbage from here on, and leave out of each look what is loaded by now: it stays, and it is much."""
    gc.freeze()
    gc.enable()
    gc.set_threshold(20_000, 20, 20)


FOLDERS = {
    "HOME": "",
    "XDG_CACHE_HOME": ".cache",
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_RUNTIME_DIR": ".run",
    "XDG_STATE_HOME": ".local/state",
}

NO_KEYRING = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}  # never the developer's own

_numbers = itertools.count()


@pytest.fixture(autouse=True)
def isolated_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """
    Point every folder of the user's into a home of the test's own, and hide what the developer may have set.

    Folders are made by whoever writes into them: nearly no test does, and making them took longer than most tests.
    """
    home = f"{tmp_path_factory.getbasetemp()}/home-{next(_numbers)}"
    hidden = dict.fromkeys(filter(_is_hidden, list(os.environ)))
    wanted = (
        hidden | NO_KEYRING | {name: os.path.normpath(os.path.join(home, folder)) for name, folder in FOLDERS.items()}
    )
    before = {name: os.environ.get(name) for name in wanted}
    _set_environment(wanted)
    yield
    _set_environment(before)


def _is_hidden(name: str) -> bool:
    of_the_network = name.casefold().endswith("_proxy") or name.startswith("SSL_CERT_")
    return name.endswith("_API_KEY") or name.startswith(("TUUI_SAMPLING_", "TEXTUAL_")) or of_the_network


def _set_environment(values: Mapping[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value

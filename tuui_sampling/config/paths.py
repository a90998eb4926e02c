"""Where the user's files lie: the configuration, and the state that the program keeps."""

from collections.abc import Mapping
from pathlib import Path

CONFIG_VARIABLE = "TUUI_SAMPLING_CONFIG"
"""The environment variable that names a configuration file."""

_APP = "tuui-sampling"


def config_file(explicit: Path | None, environ: Mapping[str, str]) -> Path:
    """
    Return the configuration file to read, whether or not it exists.

    The first of: `explicit` (from the command line), `$TUUI_SAMPLING_CONFIG`, `config.toml` in the user's
    configuration folder. A file that happens to lie in the current folder is never taken: it could start programs.
    """
    if explicit is not None:
        return explicit
    if named := environ.get(CONFIG_VARIABLE):
        return Path(named)
    # Imported when it is needed: it costs more than `--help` takes.
    import platformdirs

    return platformdirs.user_config_path(_APP, appauthor=False) / "config.toml"


def state_dir() -> Path:
    """Return the folder of what the program keeps between runs, whether or not it exists."""
    import platformdirs

    return platformdirs.user_state_path(_APP, appauthor=False)


def ledger_file() -> Path:
    """Return the file of the record (see `history/ledger.py`)."""
    return state_dir() / "ledger.sqlite3"

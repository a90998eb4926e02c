"""Reads the configuration as the whole program needs it: with what only the full screen can judge."""

from collections.abc import Mapping
from pathlib import Path

from ..config.load import load
from ..config.paths import config_file
from ..config.policy.machine import MACHINE_POLICY, with_machine_policy
from ..config.settings import InterfaceSettings, Settings

NO_MODEL = "no model is configured: you answer by hand until tuui-sampling init adds one"
"""What is said wherever it matters that nothing but a person could answer."""

NO_MODEL_SENTENCE = f"{NO_MODEL[0].upper()}{NO_MODEL[1:]}."
"""The same where it stands alone."""


def read_settings(config: str | None, environ: Mapping[str, str]) -> Settings:
    """
    Read the configuration, and this machine's policy over it.

    Args:
        config: The file that was named on the command line.

    Raises:
        ConfigError: It can't be used.
    """
    settings = load(config_file(Path(config) if config is not None else None, environ), environ, check_interface)
    return with_machine_policy(settings, environ, MACHINE_POLICY)


def check_interface(settings: InterfaceSettings) -> Mapping[tuple[str, ...], str]:
    """Return what is wrong with the commands, keys and colours that are named."""
    from ..tui.key_map import interface_problems

    return interface_problems(settings)

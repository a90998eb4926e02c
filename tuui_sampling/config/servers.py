"""Reads the servers of the configuration, and keeps the models' keys from them."""

from collections.abc import Collection

from .reader import Section
from .setting import read_values
from .settings import ServerSettings
from .toml.lines import KeyPath


def read_server(name: str, section: Section, key_variables: Collection[str]) -> ServerSettings:
    """
    Read one `[servers.NAME]`.

    Args:
        key_variables: The variables that hold the models' keys; a server gets none without `share_key`.
    """
    values = read_values(ServerSettings, section)
    if not values["share_key"]:
        for key_path, variable in _named_variables(section, values["env"], values["inherit_env"]):
            if variable in key_variables:
                inner = key_path[len(section.key_path) :]
                section.problem(
                    str(inner[0]),
                    f"{variable} holds the key of a model, and this server would get it; "
                    "share_key = true in its table allows that",
                    *inner[1:],
                )
    environ = section.context.environ
    written = section.get("args")
    return ServerSettings(
        name,
        **values,
        command_as_written=command if isinstance(command := section.get("command"), str) else None,
        args_as_written=tuple(map(str, written)) if isinstance(written, list) else None,
        secrets=frozenset(environ[variable] for _, variable in section.variables if variable in environ),
    )


def _named_variables(section: Section, env: Collection[str], inherited: Collection[str]) -> list[tuple[KeyPath, str]]:
    """Return every variable that the table names, and where: those put into values, its own, and the inherited."""
    own = [((*section.key_path, "env", name), name) for name in env]
    return [*section.variables, *own, *(((*section.key_path, "inherit_env"), name) for name in inherited)]

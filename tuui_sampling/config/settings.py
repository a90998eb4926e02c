"""What can be configured, as frozen values. `load.py` makes them from TOML; `config.example.toml` is their manual."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

Protocol = Literal["auto", "legacy", "modern"]
ProviderName = Literal["anthropic", "openai", "openai-compatible", "human", "demo"]


@dataclass(frozen=True)
class ServerSettings:
    """
    One `[servers.NAME]`: an MCP server that we start over stdio (`command`), or call over Streamable HTTP (`url`).

    Attributes:
        url: Where to call a server that runs elsewhere.
        headers: Sent to it with every request; their values are never shown.
        env: Set in the child, over the allow-list of `servers/child.py`.
        inherit_env: Names taken over from our own environment, where they are set.
        protocol: `auto` means legacy first; see `servers/connection.py`.
        roots: Folders that it may be told of when it asks for its roots; each time with the person's consent.
        startup_timeout: Seconds that the server may take until its tools are listed.
        max_pending: How many of its requests may wait at once; more are refused.
        max_message_mb: Megabytes (2^20 bytes) of one message; a server that sends more is stopped.
    """

    name: str
    command: str = ""
    args: tuple[str, ...] = ()
    cwd: Path | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    inherit_env: tuple[str, ...] = ()
    enabled: bool = True
    protocol: Protocol = "auto"
    startup_timeout: float = 30.0
    roots: tuple[Path, ...] = ()
    max_pending: int = 20
    max_message_mb: int = 8
    url: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def host(self) -> str:
        """The host that `url` calls, with its port where one is named; empty without a `url`."""
        return urlsplit(self.url or "").netloc.rpartition("@")[2]


@dataclass(frozen=True)
class ModelSettings:
    """
    One `[models.NAME]`: a model that may answer.

    Attributes:
        model: The provider's id of the model.
        base_url: Where to call; None means the provider's own address.
        api_key_env: The name of the environment variable that holds the key; never the key.
        aliases: More names that a server's hint may match.
        timeout: Seconds without any byte from the provider until the call fails.
    """

    name: str
    provider: ProviderName
    model: str = ""
    base_url: str | None = None
    api_key_env: str | None = None
    aliases: tuple[str, ...] = ()
    timeout: float = 120.0


@dataclass(frozen=True)
class InterfaceSettings:
    """
    `[interface]`: how the program behaves on the screen.

    Attributes:
        bell: Ring when a request arrives while the terminal is not focused.
        title: Say "3 pending" in the terminal's title.
        theme: A Textual theme's name, or None for the default.
        keys: Command ids (see the help screen) and the keys that shall replace their own.
    """

    bell: bool = True
    title: bool = True
    theme: str | None = None
    keys: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Settings:
    """
    The whole configuration.

    Attributes:
        path: The file it came from; None for the built-in demonstration.
    """

    servers: Mapping[str, ServerSettings] = field(default_factory=dict)
    models: Mapping[str, ModelSettings] = field(default_factory=dict)
    default_model: str | None = None
    interface: InterfaceSettings = field(default_factory=InterfaceSettings)
    path: Path | None = None

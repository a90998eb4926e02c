"""What can be configured, as frozen values. `load.py` makes them from TOML; `config.example.toml` is their manual."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

Protocol = Literal["auto", "legacy", "modern"]
ProviderName = Literal["anthropic", "openai", "openai-compatible", "human", "demo"]
HttpTransportName = Literal["auto", "http", "sse"]
Drawing = Literal["auto", "kitty", "sixel", "blocks", "off"]

CAPABILITIES = ("images", "audio", "tools", "tool_choice_required", "temperature", "stop_sequences", "system_prompt")
"""What `supports` may name. `system_prompt = false` puts the system prompt before the first user message instead."""


@dataclass(frozen=True)
class ServerSettings:
    """
    One `[servers.NAME]`: an MCP server that we start over stdio (`command`), or call over Streamable HTTP (`url`).

    Attributes:
        url: Where to call a server that runs elsewhere.
        headers: Sent to it with every request; their values are never shown.
        transport: How `url` is called: `http` is Streamable HTTP, `sse` the older HTTP+SSE transport; `auto` tries the
            first, and the second where the server refuses that as a server of the older transport does.
        env: Set in the child, over the allow-list of `servers/child.py`.
        inherit_env: Names taken over from our own environment, where they are set.
        protocol: `auto` means legacy first; see `servers/connection.py`.
        roots: Folders that it may be told of when it asks for its roots; each time with the person's consent.
        startup_timeout: Seconds that the server may take until its tools are listed.
        max_pending: How many of its requests may wait at once; more are refused.
        max_message_mb: Megabytes (2^20 bytes) of one message; a server that sends more is stopped.
        allowed_models: The only models (names of `[models]`) that may answer it; None allows all.
        max_tool_turns: So many requests one tool loop may have; after that it is refused.
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
    allowed_models: tuple[str, ...] | None = None
    max_tool_turns: int = 10
    url: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    transport: HttpTransportName = "auto"

    @property
    def host(self) -> str:
        """The host that `url` calls, with its port where one is named; empty without a `url`."""
        return urlsplit(self.url or "").netloc.rpartition("@")[2]


@dataclass(frozen=True)
class ModelSettings:
    """
    One `[models.NAME]`: a model that may answer.

    Attributes:
        provider: One of ours, or the place of a class of the user's own, as `package.module:Class`.
        model: The provider's id of the model.
        base_url: Where to call; None means the provider's own address.
        api_key_env: The name of the environment variable that holds the key; never the key.
        aliases: More names that a server's hint may match.
        timeout: Seconds without any byte from the provider until the call fails.
        preset: The name of a known OpenAI-compatible server (`presets.py`), which fills what is not set.
        supports: Capability (see `CAPABILITIES`) → whether the model has it; overrides what the catalogue says.
        drop_params: Members of the provider's request body that are never sent.
        extra_headers: Sent with every call; their values are never shown.
        extra_body: Members that are added to the provider's request body.
        context_window: Tokens that the model can read and write in one call; None takes the catalogue's figure.
        max_output_tokens: The most that it can write; a larger `maxTokens` is lowered to it.
        speed: The user's own judgement, 0 (slow) to 1 (fast).
        intelligence: The user's own judgement, 0 to 1.
        input_price: US dollars for a million input tokens; None takes the catalogue's price.
        output_price: The same for output tokens.
        cached_input_price: The same for input tokens that the provider read from its cache.
    """

    name: str
    provider: ProviderName | str
    model: str = ""
    base_url: str | None = None
    api_key_env: str | None = None
    aliases: tuple[str, ...] = ()
    timeout: float = 120.0
    preset: str | None = None
    supports: Mapping[str, bool] = field(default_factory=dict)
    drop_params: tuple[str, ...] = ()
    extra_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    extra_body: Mapping[str, Any] = field(default_factory=dict)
    context_window: int | None = None
    max_output_tokens: int | None = None
    speed: float | None = None
    intelligence: float | None = None
    input_price: Decimal | None = None
    output_price: Decimal | None = None
    cached_input_price: Decimal | None = None


@dataclass(frozen=True)
class InterfaceSettings:
    """
    `[interface]`: how the program behaves on the screen.

    Attributes:
        bell: Ring when a request arrives while the terminal is not focused.
        title: Say "3 pending" in the terminal's title.
        theme: A Textual theme's name, or None for the default.
        images: How pictures are drawn: with the terminal's kitty or sixel graphics, with half blocks of colour, not at
            all; "auto" looks at which terminal it is.
        keys: Command ids (see the help screen) and the keys that shall replace their own.
    """

    bell: bool = True
    title: bool = True
    theme: str | None = None
    images: Drawing = "auto"
    keys: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Settings:
    """
    The whole configuration.

    Attributes:
        path: The file it came from; None for the built-in demonstration.
        hint_aliases: `[hint_aliases]`: a part of a server's hint → parts of the names, ids or aliases of models that
            are as good, the best first. Goes before the built-in table, and replaces its entries of the same key.
        ask_several: The models that "ask several" sends a request to, unless the person picks others.
    """

    servers: Mapping[str, ServerSettings] = field(default_factory=dict)
    models: Mapping[str, ModelSettings] = field(default_factory=dict)
    default_model: str | None = None
    hint_aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ask_several: tuple[str, ...] = ()
    interface: InterfaceSettings = field(default_factory=InterfaceSettings)
    path: Path | None = None

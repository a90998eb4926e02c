"""
Declares everything that can be configured, once: type, default, help, unit, limits and an example of each setting.

`load.py` makes these frozen values from TOML. `config.example.toml` and `schema.json` are written from them by
`make example`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from . import checks
from .kinds import Choice, Flag, Text, Texts, Whole, dollars, fraction, seconds
from .presets import DEFAULT_KEY_VARIABLES, PRESETS
from .references import Folder, ModelName, ModelNames, Roots
from .setting import OnlyWith, Required, setting
from .table_kinds import Flags, JsonTable, Tables, TextsTable, TextTable

Protocol = Literal["auto", "legacy", "modern"]
ProviderName = Literal["anthropic", "openai", "openai-compatible", "human", "demo"]
HttpTransportName = Literal["auto", "http", "sse"]
Drawing = Literal["auto", "kitty", "sixel", "blocks", "off"]

CAPABILITIES = ("images", "audio", "tools", "tool_choice_required", "temperature", "stop_sequences", "system_prompt")
"""What `supports` may name. `system_prompt = false` puts the system prompt before the first user message instead."""

MAX_TOKENS = 1_000_000_000
MAX_DOLLARS = 1_000_000
"""Limits of what is plausible: beyond them, a unit was mistaken."""

_OWN_PROVIDER = re.compile(r"(?:[A-Za-z_][A-Za-z0-9_]*\.)*[A-Za-z_][A-Za-z0-9_]*:[A-Za-z_][A-Za-z0-9_]*")

_URL = r"^[hH][tT][tT][pP][sS]?://|\$\{"
"""What an editor can say of a URL before variables are put in."""

_STARTED = OnlyWith("url", present=False, words="belongs to a server that is started here; one with a url is called")
_CALLED = OnlyWith("url", present=True, words="belongs to a server with a url")
_REMOTE = ("anthropic", "openai", "openai-compatible")


@dataclass(frozen=True)
class ServerSettings:
    """
    One `[servers.NAME]`: an MCP server that we start over stdio (`command`), or call over Streamable HTTP (`url`).

    Attributes:
        name: Its name in the file.
        args_as_written: `args` before variables were put in, which is what may be shown.
        secrets: What was taken from the environment into any of its settings.
    """

    name: str
    command: str = setting(
        Text(),
        "the program, found on your PATH",
        default="",
        required=Required(unless="url"),
        belongs_to=_STARTED,
        example="python3",
    )
    args: tuple[str, ...] = setting(
        Texts(expand=True),
        "its arguments; ${NAME} comes from the environment, and is never shown; $${ is a plain ${",
        default=(),
        belongs_to=_STARTED,
        example=["-m", "my_notes_server", "--folder", "${HOME}/notes"],
        secret=True,
    )
    cwd: Path | None = setting(
        Folder(),
        "where it runs; relative to the folder of this file",
        default_words="where you started us",
        belongs_to=_STARTED,
        example="~/src/notes",
    )
    env: Mapping[str, str] = setting(
        TextTable(expand=True),
        "variables of its own; ${NAME} works, and the values are never shown",
        factory=dict,
        check=checks.variable_problems,
        belongs_to=_STARTED,
        example={"NOTES_LANGUAGE": "en", "NOTES_CACHE": "${HOME}/.cache/notes"},
        secret=True,
    )
    inherit_env: tuple[str, ...] = setting(
        Texts(),
        "variables that it gets from your environment, besides the few that every program needs",
        default=(),
        check=checks.variable_problems,
        belongs_to=_STARTED,
        example=["LANG"],
    )
    share_key: bool = setting(
        Flag(),
        "whether its table may name a variable that holds a model's key; without it, that is refused",
        default=False,
        example=False,
    )
    enabled: bool = setting(
        Flag(),
        "whether it is started by itself; else it is listed, and started by hand",
        default=True,
        example=False,
    )
    protocol: Protocol = setting(
        Choice({"auto": "legacy first", "legacy": "2025-11-25 and before", "modern": "2026-07-28 and later"}),
        "which era of MCP is spoken",
        default="auto",
        example="auto",
    )
    startup_timeout: float = setting(
        seconds(), "how long it may take until its tools are listed", default=30.0, example=30
    )
    roots: tuple[Path, ...] = setting(
        Roots(),
        "folders that it may be told of, where it asks for roots; you are asked each time. Without any, it can't ask",
        default=(),
        example=["~/src/notes"],
    )
    max_pending: int = setting(
        Whole(10_000, "requests"),
        "how many of its requests may wait at once; more are refused (rate limit)",
        default=20,
        example=20,
    )
    max_message_mb: int = setting(
        Whole(1_024, "MiB"), "how large one message may be; a server that sends more is stopped", default=8, example=8
    )
    allowed_models: tuple[str, ...] | None = setting(
        ModelNames(),
        "only these may answer it, whoever asks for what; [] allows none",
        default_words="every model",
        example=["demo", "me"],
    )
    max_tool_turns: int = setting(
        Whole(1_000, "requests"),
        "how many requests one tool loop may have; then it is refused",
        default=10,
        example=10,
    )
    max_rounds: int = setting(
        Whole(1_000, "rounds"),
        "how often it may come back asking within one call of ours, in the modern era; each turn of a tool loop is "
        "a round there, too. Then the call is ended",
        default=10,
        example=10,
    )
    url: str | None = setting(
        Text(expand=True, pattern=_URL),
        "where it is called; ${NAME} works. Only its host is shown",
        check=checks.url_problems("headers"),
        example="https://tracker.example.com/mcp",
        secret=True,
    )
    headers: Mapping[str, str] = setting(
        TextTable(expand=True),
        "sent with every request; ${NAME} works, and the values are never shown. With an Authorization of your own "
        "there is no sign-in",
        factory=dict,
        check=checks.header_problems,
        belongs_to=_CALLED,
        example={"X-Team": "docs"},
        secret=True,
    )
    transport: HttpTransportName = setting(
        Choice(
            {
                "auto": "the first, and the second where the server refuses that as an older one does",
                "http": "Streamable HTTP",
                "sse": "the older HTTP+SSE",
            }
        ),
        "how it is called",
        default="auto",
        belongs_to=_CALLED,
        example="auto",
    )
    args_as_written: tuple[str, ...] | None = field(default=None, compare=False)
    secrets: frozenset[str] = field(default=frozenset(), compare=False, repr=False)

    @property
    def host(self) -> str:
        """The host that `url` calls, with its port where one is named; empty without a `url`."""
        return urlsplit(self.url or "").netloc.rpartition("@")[2]

    @property
    def shown_command(self) -> tuple[str, ...]:
        """The command and its arguments as they are written in the file, without values from the environment."""
        return (self.command, *(self.args if self.args_as_written is None else self.args_as_written))


@dataclass(frozen=True)
class ModelSettings:
    """
    One `[models.NAME]`: a model that may answer.

    Attributes:
        name: Its name in the file.
    """

    name: str
    provider: ProviderName | str = setting(
        Choice(
            {
                "anthropic": "",
                "openai": "",
                "openai-compatible": "any server that speaks OpenAI's chat API",
                "human": "you write the answers",
                "demo": "offline, always the same",
            },
            other=(_OWN_PROVIDER, "or a class of your own as package.module:Class"),
        ),
        "who is called",
        default="human",
        required=Required(),
        example="openai-compatible",
    )
    model: str = setting(
        Text(),
        'the provider\'s name of the model; "human" and "demo" need none',
        default="",
        required=Required(when=("provider", _REMOTE)),
        example="tiny-random",
    )
    base_url: str | None = setting(
        Text(expand=True, pattern=_URL),
        'where it is called; ${NAME} works. "openai-compatible" needs it, or a preset',
        default_words="the provider's own address",
        required=Required(when=("provider", ("openai-compatible",)), unless="preset"),
        check=checks.url_problems("api_key_env"),
        example="http://127.0.0.1:8091/v1",
        secret=True,
    )
    api_key_env: str | None = setting(
        Text(pattern="^[A-Z_][A-Z0-9_]{0,99}$"),
        "the NAME of the variable that holds the key. Keys never stand in this file",
        default_words="that of the preset; ANTHROPIC_API_KEY, OPENAI_API_KEY",
        check=checks.key_variable_problems,
        example="LOCAL_API_KEY",
    )
    aliases: tuple[str, ...] = setting(
        Texts(),
        "more names that a server's hint may match; no two models may share one",
        default=(),
        check=checks.empty_problems("an alias"),
        example=["llama", "small"],
    )
    timeout: float = setting(seconds(), "time without a byte until the call fails", default=120.0, example=300)
    preset: str | None = setting(
        Choice(dict.fromkeys(PRESETS, "")),
        "whose server it is, which fills what is not set: its address, the variable of its key, what it does not take",
        example="ollama",
    )
    supports: Mapping[str, bool] = setting(
        Flags(CAPABILITIES),
        "what it can do, where that is known better than by its name. system_prompt = false puts the system prompt "
        "before the first user message",
        factory=dict,
        example={"images": False, "tools": False},
    )
    drop_params: tuple[str, ...] = setting(
        Texts(),
        "members of the request body that it does not take: never sent",
        default=(),
        check=checks.empty_problems("a name"),
        example=["stream_options"],
    )
    extra_headers: Mapping[str, str] = setting(
        TextTable(expand=True),
        "sent with every call; ${NAME} works, and the values are never shown",
        factory=dict,
        check=checks.header_problems,
        example={"X-Team": "docs"},
        secret=True,
    )
    extra_body: Mapping[str, Any] = setting(
        JsonTable(), "members that are added to the request body", factory=dict, example={"seed": 7}
    )
    context_window: int | None = setting(
        Whole(MAX_TOKENS, "tokens"),
        "what it can read and write in one call",
        default_words="what genai-prices says, if anything",
        example=4096,
    )
    max_output_tokens: int | None = setting(
        Whole(MAX_TOKENS, "tokens"), "the most it can write; a larger maxTokens is lowered to it", example=1024
    )
    speed: float | None = setting(
        fraction(), "your own judgement, from slow to fast: for servers that ask for speed", example=0.9
    )
    intelligence: float | None = setting(
        fraction(),
        "your own judgement, for servers that ask for it; `tuui-sampling models` shows what all this comes to",
        example=0.1,
    )
    input_price: Decimal | None = setting(
        dollars(MAX_DOLLARS),
        "US dollars for a million input tokens",
        key="price.input",
        default_words='that of genai-prices; what it does not know is "price unknown"',
        required=Required(),
        example=0,
    )
    output_price: Decimal | None = setting(
        dollars(MAX_DOLLARS),
        "US dollars for a million output tokens",
        key="price.output",
        required=Required(),
        example=0,
    )
    cached_input_price: Decimal | None = setting(
        dollars(MAX_DOLLARS),
        "US dollars for a million input tokens that were read from the provider's cache",
        key="price.cached_input",
        example=0,
    )

    @property
    def key_variable(self) -> str | None:
        """The environment variable that its key is read from; None where it needs none."""
        if self.provider in ("human", "demo"):
            return None
        return self.api_key_env or DEFAULT_KEY_VARIABLES.get(self.provider)


@dataclass(frozen=True)
class InterfaceSettings:
    """`[interface]`: how the program behaves on the screen."""

    bell: bool = setting(
        Flag(), "ring when a request arrives while the terminal is not focused", default=True, example=True
    )
    title: bool = setting(Flag(), 'say "3 pending" in the terminal\'s title', default=True, example=True)
    theme: str | None = setting(
        Text(), "colours: the name of a theme of Textual", default_words="Textual's own", example="textual-dark"
    )
    images: Drawing = setting(
        Choice(
            {
                "auto": "by which terminal it is",
                "kitty": "",
                "sixel": "",
                "blocks": "half blocks of colour, everywhere",
                "off": "",
            }
        ),
        "how pictures are drawn",
        default="auto",
        example="auto",
    )
    keys: Mapping[str, str] = setting(
        TextTable(),
        "commands, each with the key that replaces its own; the help screen (?) names them",
        factory=dict,
        check=checks.key_map_problems,
        example={"approve": "ctrl+g"},
    )


@dataclass(frozen=True)
class Settings:
    """
    The whole configuration.

    Attributes:
        path: The file it came from; None for the built-in demonstration.
    """

    servers: Mapping[str, ServerSettings] = setting(
        Tables(ServerSettings, named=True), "MCP servers, by names of your choice", factory=dict
    )
    models: Mapping[str, ModelSettings] = setting(
        Tables(ModelSettings, named=True), "models that may answer, by names of your choice", factory=dict
    )
    default_model: str | None = setting(
        ModelName(),
        "the model that is proposed when a server's hints fit none",
        default_words="the first one in this file",
        example="demo",
    )
    hint_aliases: Mapping[str, tuple[str, ...]] = setting(
        TextsTable("a hint, and what stands in for it, is not empty"),
        "what may stand in for a model that a server's hint names and you have not got: a part of the hint = parts of "
        "the names, ids or aliases of your models, the best first",
        factory=dict,
        example={"claude-3-haiku": ["qwen", "-luna"], "gpt-4": ["sonnet", "-terra"]},
    )
    ask_several: tuple[str, ...] = setting(
        ModelNames(),
        'the models that "ask several" sends a request to, unless you pick others then',
        default=(),
        example=["demo", "claude"],
    )
    interface: InterfaceSettings = setting(
        Tables(InterfaceSettings, named=False), "how the program behaves on the screen", factory=InterfaceSettings
    )
    path: Path | None = None


def key_variables(models: Iterable[ModelSettings]) -> frozenset[str]:
    """Return the variables of the environment that hold the keys of these models."""
    return frozenset(variable for model in models if (variable := model.key_variable))

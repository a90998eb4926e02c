"""Declares what can be configured of a server; `settings.py` has the rest."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from ..sampling.parameters import PARAMETERS, parameter_problems
from . import checks
from .kinds.references import Folder, ModelNames, Program, Roots
from .kinds.rules import Choices
from .kinds.tables import JsonTable, TextTable
from .kinds.values import Choice, Flag, Texts, Whole, seconds, url_text
from .policy.limits import LimitSettings, LimitTable
from .policy.rules import REDACTED
from .problems import Problem
from .setting import OnlyWith, Required, setting

Protocol = Literal["auto", "legacy", "modern"]
HttpTransportName = Literal["auto", "http", "sse"]
ContextName = Literal["ask", "never"]

_STARTED = OnlyWith("url", present=False, words="belongs to a server that is started here; one with a url is called")
_CALLED = OnlyWith("url", present=True, words="belongs to a server with a url")


@dataclass(frozen=True)
class ServerSettings:
    """
    One `[servers.NAME]`: an MCP server that we start over stdio (`command`), or call over Streamable HTTP (`url`).

    Attributes:
        name: Its name in the file.
        args_as_written: `args` before variables were put in, which is what may be shown; `command_as_written` likewise.
        secrets: What was taken from the environment into any of its settings.
        problems: What is wrong with its table; it is not started then, and everything else goes on.
    """

    name: str
    command: str = setting(
        Program(),
        "the program, found on your PATH; ~ and ${NAME} work, its arguments are `args`",
        default="",
        required=Required(unless="url"),
        belongs_to=_STARTED,
        example="python3",
        at_start=True,
    )
    args: tuple[str, ...] = setting(
        Texts(expand=True),
        "its arguments; ${NAME} comes from the environment, and is never shown; $${ is a plain ${",
        default=(),
        belongs_to=_STARTED,
        example=["-m", "my_notes_server", "--folder", "${HOME}/notes"],
        secret=True,
        at_start=True,
    )
    cwd: Path | None = setting(
        Folder(expand=True),
        "where it runs; relative to the folder of this file, ~ and ${NAME} work",
        default_words="where you started us",
        belongs_to=_STARTED,
        example="~/src/notes",
        at_start=True,
    )
    env: Mapping[str, str] = setting(
        TextTable(expand=True),
        "variables of its own; ${NAME} works, and the values are never shown",
        factory=dict,
        check=checks.variable_problems,
        belongs_to=_STARTED,
        example={"NOTES_LANGUAGE": "en", "NOTES_CACHE": "${HOME}/.cache/notes"},
        secret=True,
        at_start=True,
    )
    inherit_env: tuple[str, ...] = setting(
        Texts(),
        "variables that it gets from your environment, besides the few that every program needs",
        default=(),
        check=checks.variable_problems,
        belongs_to=_STARTED,
        example=["LANG"],
        at_start=True,
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
        at_start=True,
    )
    startup_timeout: float = setting(
        seconds(),
        "how long it may take until its tools are listed",
        default=30.0,
        example=30,
        at_start=True,
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
        Whole(1_024, "MiB"),
        "how large one message may be; a server that sends more is stopped",
        default=8,
        example=8,
        at_start=True,
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
    max_requests_per_call: int = setting(
        Whole(100_000, "requests"),
        "how many requests one tool call may cause, over all of its tool loops; then it is refused",
        default=100,
        example=100,
    )
    let_in_malformed: bool = setting(
        Flag(),
        "whether a request that breaks the specification is shown to you as text, which you can only reject; else it "
        "is refused at once (-32602)",
        default=False,
        example=False,
    )
    sampling: Mapping[str, Any] = setting(
        JsonTable(),
        "sampling parameters of all its requests that name none, where the model has them: "
        f"{', '.join(PARAMETERS)}. At review they stand in the metadata",
        factory=dict,
        check=parameter_problems,
        example={"top_p": 0.9},
    )
    max_rounds: int = setting(
        Whole(1_000, "rounds"),
        "how often it may come back asking within one call of ours, in the modern era; each turn of a tool loop is "
        "a round there, too. Then the call is ended",
        default=10,
        example=10,
    )
    redact: tuple[str, ...] = setting(
        Choices(REDACTED),
        "what is replaced by placeholders in its requests, before anybody is asked",
        default=(),
        example=["secret"],
    )
    context: ContextName = setting(
        Choice(
            {
                "ask": "you pick what is added, each time",
                "never": "nothing is added to its requests, and nothing of it to those of others",
            }
        ),
        "whether its requests may be given context, such as a resource or a file; nothing is ever added by itself",
        default="ask",
        example="ask",
        at_start=True,
    )
    limits: LimitSettings = setting(
        LimitTable(),
        "limits of this server, as [limits] has them in all",
        factory=LimitSettings,
        example={"requests_per_minute": 10, "usd_per_day": 0.5},
    )
    url: str | None = setting(
        url_text(),
        "where it is called; ${NAME} works. Only its host is shown",
        check=checks.url_problems("headers"),
        example="https://tracker.example.com/mcp",
        secret=True,
        at_start=True,
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
        at_start=True,
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
        at_start=True,
    )
    args_as_written: tuple[str, ...] | None = field(default=None, compare=False)
    command_as_written: str | None = field(default=None, compare=False)
    secrets: frozenset[str] = field(default=frozenset(), compare=False, repr=False)
    problems: tuple[Problem, ...] = ()

    @property
    def host(self) -> str:
        """The host that `url` calls, with its port where one is named; empty without a `url`."""
        return urlsplit(self.url or "").netloc.rpartition("@")[2]

    @property
    def shown_command(self) -> tuple[str, ...]:
        """The command and its arguments as they are written in the file, without values from the environment."""
        command = self.command if self.command_as_written is None else self.command_as_written
        return (command, *(self.args if self.args_as_written is None else self.args_as_written))

"""
One configured server as the rest of the program sees it: its state, its tools, its log.

Standard library only: these values exist before the MCP SDK has been imported, so that the first paint shows every
server. `supervisor.py` changes them, and nobody else.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from ...config.changes import running_as
from ...config.problems import words_of
from ...config.settings import ServerSettings
from ...sampling.request import Json, JsonObject
from .capped_lines import CappedLines
from .log import ServerLog
from .notifications import Notifications
from .primitives import LogLevel, Offered, OfferKind
from .trace import Trace

CORRECT_IT = (
    "correct its table in the configuration (tuui-sampling edit); for a variable that is not set, leave the program, "
    "set it, and start the program anew"
)
"""What can be done where something is wrong with a server's table."""


class ServerState(StrEnum):
    """How a server is."""

    STOPPED = "stopped"
    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    """It ended by itself and will be started again after a while."""
    STOPPING = "stopping"
    FAILED = "failed"
    """It ended or never came up, and is not started again without being asked."""


@dataclass(frozen=True)
class Tool:
    """
    One tool that a server offers. All its texts are foreign.

    Attributes:
        input_schema: The JSON Schema of its arguments.
        output_schema: The JSON Schema of its structured content; None where it promises none.
        problem: Why it can't be used: what in it does not fit the specification; empty where it can.
        remarks: What else does not fit.
    """

    name: str
    title: str | None
    description: str | None
    input_schema: JsonObject
    annotations: JsonObject = field(default_factory=dict)
    output_schema: JsonObject | None = None
    problem: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class ToolResult:
    """
    What a tool call returned.

    Attributes:
        content: The result's blocks as the specification's JSON; one that is none is whatever it is.
        is_error: The tool itself reported an error.
        remarks: What in it does not fit the specification.
        raw: The whole result, as it was sent.
    """

    content: tuple[Json, ...]
    is_error: bool
    structured_content: Json = None
    remarks: tuple[str, ...] = ()
    raw: Json = None

    @property
    def text(self) -> str:
        """The text blocks, one below the other."""
        blocks = (block for block in self.content if isinstance(block, Mapping) and block.get("type") == "text")
        texts = (block.get("text") for block in blocks)
        return "\n".join(text for text in texts if isinstance(text, str))


@dataclass
class Call:
    """
    One call of ours that is under way.

    Attributes:
        name: The tool's or prompt's name, or the resource's URI.
        started: `time.monotonic()` at the call.
    """

    id: int
    name: str
    arguments: Mapping[str, Json]
    kind: OfferKind = OfferKind.TOOL
    started: float = field(default_factory=time.monotonic)

    @property
    def tool(self) -> str:
        """What is called, as it is shown beside the server's name: a tool's name, or what it is and its name."""
        return called(self.kind, self.name)


def called(kind: OfferKind, name: str) -> str:
    """Return what is called, as it is shown beside the server's name."""
    return name if kind is OfferKind.TOOL else f"{kind} {name}"


@dataclass(frozen=True)
class NotListening:
    """
    Nobody listens to what a server pushes; requests to it may still be answered.

    Attributes:
        reason: Why, in words.
        next_try: `time.monotonic()` of the next attempt to listen.
    """

    reason: str
    next_try: float

    @property
    def words(self) -> str:
        """What the server's state says of it."""
        return f"not listening, next try in {max(0.0, self.next_try - time.monotonic()):.0f} s"


@dataclass
class Server:
    """
    One configured server.

    Attributes:
        reason: Why it is in this state, in words; may hold foreign text.
        hint: What can be done about it.
        exit_code: The child's last exit code; negative for a signal, None while it runs or never ran.
        era: "legacy" or "modern", once negotiated.
        offered: What it offers besides its tools.
        subscribed: The URIs whose changes it is to tell of; asked again after a restart.
        updated: Those of them that have changed since they were read, with the time of the last change.
        notifications: What it told without being asked.
        log_level: The level that its log messages are to begin at; None leaves it to the server.
        not_listening: It is up, and what it pushes gets lost; None while somebody listens, or there is no such stream.
        restarts: How often it was started again since it was last started by hand.
        since: `time.monotonic()` when it entered its state.
        waited: The shortest time in seconds after which it gave up a request, since the program was started.
        late_replies: Its answers to calls that nobody waited for any more.
        late_answers: Answers that it got when it may have given up already.
        paused: Its requests are held back; `held` says how many are.
        muted: Its requests are refused.
        refused: How many of its requests were put to nobody, since it was muted or asked too much at once.
        invalid: Its requests that break the specification, as they were refused with -32602 (see `capped_lines.py`).
        turned_away: Those of its requests that were put to nobody, and why (`refused` counts all).
        trace: The newest messages of its connections.
        sign_in_page: Where the person must sign in before it can go on; foreign text.
        roots: The folders that it may be told of; at first those of the configuration.
        roots_declared: It was told at its start that there are roots, and that it may ask for them.
        next_settings: What its next start is made with, where the configuration was changed since it was started.
        removed: It runs, and is no longer in the configuration.
        let_in: Whether the person wants its malformed requests shown; None leaves that to the configuration.
    """

    settings: ServerSettings
    state: ServerState = ServerState.STOPPED
    reason: str = ""
    hint: str = ""
    pid: int | None = None
    exit_code: int | None = None
    protocol_version: str | None = None
    title: str | None = None
    version: str | None = None
    instructions: str | None = None
    tools: tuple[Tool, ...] = ()
    calls: dict[int, Call] = field(default_factory=dict)
    offered: Offered = field(default_factory=Offered)
    subscribed: set[str] = field(default_factory=set)
    updated: dict[str, datetime] = field(default_factory=dict)
    notifications: Notifications = field(default_factory=Notifications)
    log_level: LogLevel | None = None
    log: ServerLog = field(default_factory=ServerLog)
    not_listening: NotListening | None = None
    restarts: int = 0
    since: float = field(default_factory=time.monotonic)
    waited: float | None = None
    late_replies: int = 0
    late_answers: int = 0
    paused: bool = False
    muted: bool = False
    held: int = 0
    refused: int = 0
    invalid: CappedLines = field(default_factory=CappedLines)
    turned_away: CappedLines = field(default_factory=CappedLines)
    trace: Trace = field(default_factory=Trace)
    sign_in_page: str | None = None
    roots: tuple[Path, ...] = ()
    roots_declared: bool = False
    next_settings: ServerSettings | None = None
    removed: bool = False
    let_in: bool | None = None

    def __post_init__(self) -> None:
        """Begin with the configured folders."""
        self.roots = self.settings.roots

    @property
    def name(self) -> str:
        """The configured name."""
        return self.settings.name

    @property
    def modern(self) -> bool:
        """Whether it speaks the modern era (2026-07-28 and later): dates compare as text."""
        return (self.protocol_version or "") >= "2026"

    @property
    def lets_in_malformed(self) -> bool:
        """Whether a request of its that breaks the specification is shown to a person, who may only refuse it."""
        return self.settings.let_in_malformed if self.let_in is None else self.let_in

    @property
    def is_stopping(self) -> bool:
        """Whether someone asked it to stop and it has not ended yet."""
        return self.state is ServerState.STOPPING

    @property
    def is_running(self) -> bool:
        """Whether something is going on that `stop` would end."""
        return self.state not in (ServerState.STOPPED, ServerState.FAILED)

    @property
    def only_call(self) -> Call | None:
        """The one call that is under way: what a question presumably belongs to that does not say it."""
        return next(iter(self.calls.values())) if len(self.calls) == 1 else None

    @property
    def unusable(self) -> dict[str, str]:
        """What it lists and nobody can use, by what it is and its name, with what in it does not fit."""
        offered = self.offered
        listed = (
            (OfferKind.TOOL, self.tools),
            (OfferKind.PROMPT, offered.prompts),
            (OfferKind.RESOURCE, offered.resources),
            (OfferKind.TEMPLATE, offered.templates),
        )
        return {f"{kind} {one.name}": one.problem for kind, entries in listed for one in entries if one.problem}

    def note_invalid(self, method: str, message: str) -> None:
        """Remember a request that was refused since it breaks the specification."""
        self.invalid.add(f"{method}: {message}")

    @property
    def state_words(self) -> str:
        """Its state, with what keeps it from being of use, and whether it is configured otherwise by now."""
        is_deaf = self.state is ServerState.READY and self.not_listening is not None
        deaf = self.not_listening.words if is_deaf and self.not_listening is not None else ""
        return ", ".join(part for part in (str(self.state), deaf, self.configured_words) if part)

    @property
    def configured_words(self) -> str:
        """What the configuration says otherwise than how it runs; empty where they agree."""
        if self.removed:
            return "no longer configured"
        return "configured anew" if self.next_settings is not None else ""

    def configure(self, wanted: ServerSettings, *, runs: bool) -> None:
        """
        Take over what is configured anew.

        Args:
            runs: It is not started before it has ended: what holds from the start waits for that.
        """
        self.removed = False
        if self.roots == self.settings.roots:  # else the person has chosen others
            self.roots = wanted.roots
        self.settings = running_as(self.settings, wanted) if runs else wanted
        self.next_settings = wanted if self.settings != wanted else None

    def begin_anew(self) -> bool:
        """Take over what holds from the start, where it was changed; say whether it can be started with that."""
        if self.next_settings is not None:
            self.settings, self.next_settings = self.next_settings, None
        if self.settings.problems:
            self.reason, self.hint = words_of(self.settings.problems), CORRECT_IT
        return not self.settings.problems

    def note_turned_away(self, method: str, why: str) -> None:
        """Remember a request that was refused unseen."""
        self.turned_away.add(f"{method}: {why}")

    def tool(self, name: str) -> Tool | None:
        """Return the tool of that name, or None."""
        return next((tool for tool in self.tools if tool.name == name), None)


OpenPage = Callable[[Server, str], None]
"""Tells the person that a server wants a sign-in on this page, and opens it once they have been told."""

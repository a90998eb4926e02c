"""Assembles the program without a face, for every front end, and takes it apart again."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from .config.paths import ledger_file
from .config.policy.rules import RuleSettings
from .config.settings import Settings
from .config.tool_names import remember_tools
from .desk.agents.calls import AgentTools
from .desk.desk import Desk
from .desk.invocations import Runs
from .desk.judging import Select, judge_waiting
from .desk.leaks import Leaks, is_installed
from .history.ledger import Ledger, OnFailure
from .policy.fingerprint import fingerprints
from .policy.limits import limits_of
from .policy.machine_rules import with_machine_rules
from .policy.redaction.masking import Masking
from .policy.rules import Rules
from .policy.verdict import Judge, Verdict
from .providers.models import DEMO_DELAY, Models
from .sampling.derived.beside import give_way_to
from .sampling.derived.given_back import give_back_what_is_long
from .sampling.errors import LedgerError
from .sampling.review import Selection
from .servers.state.server import OpenPage, Server, ServerState
from .servers.supervisor import Supervisor

SWITCH_INTERVAL = 0.001
"""Seconds that a thread may go on while another waits: the event loop waits so long for each of its steps while a long
request is read or searched beside it, and an answer takes it several steps."""

MakeJudge = Callable[[Settings], Awaitable[Judge]]
"""Returns what judges by a configuration."""


@dataclass
class Backend:
    """
    The assembled program, without a face.

    Attributes:
        settings: As they are in force; `configure` replaces them.
        rules: Makes the judge of a configuration.
        masking: Takes what was found from what is kept or printed.
        trouble: What the person must be told from the start, such as a record that can't be written.
        session_rules: Those that hold until the program ends, besides the configuration's.
    """

    settings: Settings
    models: Models
    ledger: Ledger
    desk: Desk
    supervisor: Supervisor
    runs: Runs
    rules: MakeJudge
    masking: Masking
    trouble: tuple[str, ...] = ()
    session_rules: tuple[RuleSettings, ...] = ()

    async def hold(self, rule: RuleSettings) -> None:
        """Judge by one more rule until the program ends."""
        self.session_rules = (*self.session_rules, rule)
        await self.judge_anew()

    async def revoke(self, rule: RuleSettings) -> None:
        """Judge no longer by a rule of this session."""
        self.session_rules = tuple(one for one in self.session_rules if one is not rule)
        await self.judge_anew()

    @property
    def rules_in_force(self) -> tuple[RuleSettings, ...]:
        """The rules of the configuration and of this session."""
        return (*self.settings.rules, *self.session_rules)

    async def configure(self, settings: Settings) -> None:
        """
        Take over another configuration: models, rules and limits at once, and what holds for a server while it runs.

        No server is started or stopped, and nothing that waits is withdrawn. One that runs and is no longer
        configured keeps what was configured of it.
        """
        self.settings = replace(settings, servers=self.supervisor.configure(settings.servers))
        self.models.configure(self.settings)
        self.masking.kinds = self.settings.mask
        await self.judge_anew()

    async def judge_anew(self) -> None:
        """Judge by the configuration in force, and by the servers as they run now; who is gone is forgotten."""
        known = {name: one for name, one in self.settings.servers.items() if name in self.supervisor.servers}
        self.settings = replace(self.settings, servers=known)
        running = {name: server.settings for name, server in self.supervisor.servers.items()}
        judge = await self.rules(replace(self.settings, servers=running, rules=self.rules_in_force))
        self.desk.configure(self.settings.servers, judge, limits_of(self.settings))
        await judge_waiting(self.desk)


@asynccontextmanager
async def open_backend(
    settings: Settings,
    environ: Mapping[str, str],
    *,
    judge: Judge | None = None,
    otherwise: Verdict = Verdict.ASK,
    restart: bool = True,
    ledger_path: Path | None = None,
    demo_delay: float = DEMO_DELAY,
    model: str | None = None,
    on_trouble: OnFailure | None = None,
    open_page: OpenPage | None = None,
    offers_context: bool = False,
) -> AsyncIterator[Backend]:
    """
    Assemble the program, and end all of it with the block: the calls, the servers, the models, the record.

    No server is started yet. A record that can't be opened is not a reason not to run: `Backend.trouble` then says so,
    approvals fail with the reason, and rejecting works.

    Args:
        judge: Decides what a human need not be asked about; the configuration's rules when left out.
        otherwise: What the rules say in place of asking, where there is nobody to ask.
        restart: Start a server again that ended by itself.
        ledger_path: The record's file; the user's own when left out.
        demo_delay: Seconds between two words of the demonstration model.
        model: Propose this model for every request, whatever the server would like.
        on_trouble: Called for each row of the record that could not be written and that nobody waits for.
        open_page: Tells the person where to sign in at a server; None where there is nobody.
        offers_context: There is a person who is shown what may be added to a request: servers are told so.
    """
    sys.setswitchinterval(SWITCH_INTERVAL)
    give_back_what_is_long()
    give_way_to(asyncio.get_running_loop())
    async with AsyncExitStack() as stack:  # each step of the end is taken, even when the one before it failed
        masking = Masking(settings.mask)
        ledger, trouble = await _open_ledger(ledger_path or ledger_file(), on_trouble, masking)
        stack.push_async_callback(ledger.aclose)
        models = Models(settings, environ, demo_delay=demo_delay)
        stack.push_async_callback(models.aclose)
        propose = models.select if model is None else _always(model)
        own = judge

        async def rules(settings: Settings) -> Judge:
            if own is not None:
                return with_machine_rules(own, settings, await asyncio.to_thread(fingerprints, settings))
            return await _rules(settings, ledger, otherwise)

        judge, limits = await rules(settings), limits_of(settings)
        desk = Desk(models, ledger, judge, propose, servers=settings.servers, limits=limits)
        if is_installed():
            desk.leaks = Leaks()
            stack.push_async_callback(desk.leaks.aclose)
        supervisor = Supervisor(
            settings.servers.values(),
            environ,
            desk,
            restart=restart,
            open_page=open_page,
            offers_context=offers_context,
            mask=masking.json,
        )
        stack.push_async_callback(supervisor.aclose)
        listed: dict[str, list[str]] = {}
        supervisor.subscribe(lambda server: _note_tools(server, listed))
        stack.callback(lambda: remember_tools(listed))
        runs = Runs(supervisor)
        stack.push_async_callback(runs.aclose)
        desk.tools = AgentTools(desk, runs)
        yield Backend(settings, models, ledger, desk, supervisor, runs, rules, masking, trouble)


async def _rules(settings: Settings, ledger: Ledger, otherwise: Verdict) -> Rules:
    """Return the judge of a configuration."""
    now = await asyncio.to_thread(fingerprints, settings)
    latest = None
    with suppress(LedgerError):  # of a record that can't be read, nothing passes anyway
        latest = await ledger.newest()
    return Rules(settings.rules, preset=settings.policy, fingerprints=now, latest=latest, otherwise=otherwise)


def _note_tools(server: Server, listed: dict[str, list[str]]) -> None:
    if server.state is ServerState.READY and server.tools:
        listed[server.name] = [tool.name for tool in server.tools if not tool.problem]


async def _open_ledger(path: Path, on_failure: OnFailure | None, masking: Masking) -> tuple[Ledger, tuple[str, ...]]:
    try:
        return await Ledger.open(path, on_failure=on_failure, mask=masking.json), ()
    except LedgerError as error:
        trouble = f"{error.message} {error.hint}".strip()
        return Ledger.unwritable(path, error), (f"Nothing can be approved: {trouble}",)


def _always(model: str) -> Select:
    return lambda _request, _server: Selection(model, "chosen with --model")

"""A desk with a real record, and the whole house with real servers; and how tests wait for something."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tests.support.full_request import params, user
from tests.support.limits import LIMIT
from tests.support.models.scripted_models import ScriptedModels, ScriptedProvider
from tests.support.paths import ROOT, ServerCommand
from tests.support.warm_start import warm
from tuui_sampling.backend import Backend, open_backend
from tuui_sampling.config.policy.limits import LimitSettings
from tuui_sampling.config.policy.rules import RuleSettings
from tuui_sampling.config.settings import ModelSettings, ServerSettings, Settings
from tuui_sampling.desk.desk import Desk
from tuui_sampling.history.ledger import Entry, Ledger
from tuui_sampling.policy.facts import Facts
from tuui_sampling.policy.limits import limits_of
from tuui_sampling.policy.verdict import AS_USUAL, Always, Judge, Judgement, Treatment, Verdict
from tuui_sampling.sampling.decision import Answer, Approve, Decision
from tuui_sampling.sampling.derived.digests import outbound_digest
from tuui_sampling.sampling.errors import LedgerError
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.sampling.request import SamplingRequest
from tuui_sampling.sampling.review import Outcome, Review, Selection
from tuui_sampling.sampling.wire import parse_request
from tuui_sampling.servers.state.server import Server, ServerState, ToolResult

ORIGIN = Origin("notes", "2025-11-25", request_id=1, tool="summarize", presumed=True)
WITHDRAWN = "the server cancelled it"


async def eventually(condition: Callable[[], object], what: str = "") -> None:
    """Wait until the condition holds; it is looked at every few milliseconds."""
    try:
        async with asyncio.timeout(LIMIT):
            while not condition():
                await asyncio.sleep(0.005)
    except TimeoutError:
        raise AssertionError(f"never happened: {what or condition}") from None


def request(text: str = "hello", **changes: Any) -> SamplingRequest:
    """Return a small request."""
    return parse_request(params(**({"messages": [user(text)]} | changes)))


def approve(
    review: Review,
    model: str | None = None,
    asked: SamplingRequest | None = None,
    others: tuple[str, ...] = (),
    recipient: Callable[[str], str] = str,
) -> Approve:
    """
    Return the approval of what is on the screen: the request as it came, or an edited one.

    Args:
        recipient: As `Models.recipient`, which is a model's own name where nothing goes out.
    """
    if model is None:
        assert review.selection is not None
        model = review.selection.model
    outbound = asked if asked is not None else review.asked
    return Approve(outbound, model, outbound_digest(outbound, *map(recipient, (model, *others))), others)


def accept(review: Review) -> Answer:
    """Return the newest candidate's response, as it is."""
    assert review.candidate is not None
    assert review.candidate.response is not None
    return Answer(review.candidate.response, review.candidate.number)


class JudgedBy:
    """A judge that is a function."""

    has_rules = False
    decides = False
    asks = False
    treats = False
    reads_texts = False

    def __init__(self, verdict: Callable[[], Verdict]) -> None:
        self._verdict = verdict

    def treatment(self, facts: Facts) -> Treatment:
        """Treat nothing otherwise."""
        return AS_USUAL

    def why_asked(self, facts: Facts) -> str:
        """Know no rule."""
        return ""

    def of_response(self, facts: Facts) -> str:
        """Know no rule."""
        return ""

    def __call__(self, facts: Facts, spent: frozenset[str] = frozenset()) -> Judgement:
        """Return what the function says."""
        return Judgement(self._verdict())


# --- a desk alone ---


async def no_time(seconds: float) -> None:
    """Wait in no time at all."""


@dataclass
class Office:
    """
    A desk with a real record.

    Attributes:
        troubles: Rows that could not be written and that nobody waited for.
    """

    desk: Desk
    ledger: Ledger
    path: Path
    troubles: list[LedgerError]
    asked: list[asyncio.Task[Outcome]] = field(default_factory=list)

    def ask(self, text: str = "hello", origin: Origin = ORIGIN, **changes: Any) -> asyncio.Task[Outcome]:
        """Let a request arrive."""
        self.asked.append(asyncio.create_task(self.desk.ask(request(text, **changes), origin, lambda: WITHDRAWN)))
        return self.asked[-1]

    async def give_up(self) -> None:
        """End what was asked, also where it does not mind being cancelled once: the test's loop would wait for ever."""
        for _ in range(100):
            for task in self.asked:
                task.cancel()
            await asyncio.sleep(0)

    async def at(self, phase: Phase, number: int = 1) -> Review:
        """Wait until the review of this number is in a phase."""
        reviews = self.desk.reviews
        await eventually(lambda: number in reviews and reviews[number].phase is phase, f"#{number} {phase}")
        return reviews[number]

    async def candidate(self, review: Review, number: int) -> None:
        """Wait until the second gate shows so many candidates."""
        await eventually(lambda: review.phase is Phase.RESPONSE and len(review.candidates) == number)

    def settle(self, review: Review, decision: Decision, gate: Gate | None = None) -> None:
        """Decide at the gate that the review is at; it must not be too late."""
        where = gate or review.gate or Gate.RESPONSE
        assert self.desk.settle(review.id, where, decision), f"{decision} came too late: {review.phase}"

    async def rows(self, review: Review) -> list[Entry]:
        """Return the record of a review, complete up to now."""
        await self.ledger.aclose()
        return await self.ledger.entries(review.key)


@asynccontextmanager
async def office(
    folder: Path,
    provider: ScriptedProvider,
    *,
    verdict: Verdict = Verdict.ASK,
    judge: Judge | None = None,
    others: dict[str, ScriptedProvider] | None = None,
    selection: Selection | None = Selection("scripted", "the only model"),  # noqa: B008 - frozen
    servers: Mapping[str, ServerSettings] = MappingProxyType({}),
    pause: Callable[[float], Awaitable[None]] = no_time,
    configured: Mapping[str, ModelSettings] = MappingProxyType({}),
    limits: LimitSettings = LimitSettings(),  # noqa: B008 - frozen
) -> AsyncIterator[Office]:
    """
    Open a desk; one model is called "scripted", more are named in `others`. Retries wait for no real time.

    Args:
        configured: What is configured of models, by name; the others are free.
        limits: Those in all.
    """
    troubles: list[LedgerError] = []
    path = folder / "record.sqlite3"
    ledger = await Ledger.open(path, on_failure=troubles.append)
    models = ScriptedModels({"scripted": provider} | (others or {}), servers, configured)
    held = limits_of(Settings(servers, configured, limits=limits))
    propose = lambda _request, _server: selection  # noqa: E731
    desk = Desk(models, ledger, judge or Always(verdict), propose, servers=servers, limits=held, pause=pause)
    place = Office(desk, ledger, path, troubles)
    try:
        async with asyncio.timeout(LIMIT):
            yield place
    except BaseException:
        await place.give_up()
        raise
    finally:
        await ledger.aclose()


def kinds(rows: list[Entry]) -> list[str]:
    """Return what happened, in order."""
    return [row.kind.value for row in rows]


def recorded(path: Path, kind: str) -> int:
    """Count the durable rows of a kind, through a connection of our own."""
    with closing(sqlite3.connect(path)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM events WHERE kind = ?", (kind,)).fetchone()
    return int(count)


@contextmanager
def broken_record(path: Path) -> Iterator[None]:
    """Make every write to the record fail as long as the block lasts, as a full disk would."""
    trigger = "CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(trigger)
        connection.commit()
    try:
        yield
    finally:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("DROP TRIGGER full")
            connection.commit()


# --- the whole house ---

DEMO_MODEL = ModelSettings("demo", "demo")


def server_settings(name: str, command: ServerCommand, **more: Any) -> ServerSettings:
    """Return a server's configuration. It runs in the repository, so that our own modules are found."""
    command = warm(command)
    return ServerSettings(name, command.command, command.args, **({"cwd": ROOT} | more))


@asynccontextmanager
async def backend(
    folder: Path,
    *servers: ServerSettings,
    verdict: Verdict = Verdict.ASK,
    model: ModelSettings = DEMO_MODEL,
    agents: tuple[ModelSettings, ...] = (),
    rules: tuple[RuleSettings, ...] | None = None,
    restart: bool = False,
) -> AsyncIterator[Backend]:
    """Open a house on these servers, all started and ready; the first agent answers, where there is one."""
    models = {one.name: one for one in (model, *agents)}
    default = agents[0].name if agents else model.name
    settings = Settings({one.name: one for one in servers}, models, default, rules=rules or ())
    environ = os.environ | {"OPENAI_API_KEY": "not-a-real-key"}
    async with (
        asyncio.timeout(2 * LIMIT),
        open_backend(
            settings,
            environ,
            judge=Always(verdict) if rules is None else None,
            restart=restart,
            ledger_path=folder / "record.sqlite3",
            demo_delay=0,
        ) as opened,
    ):
        opened.supervisor.start_all()
        for one in servers:
            server = await opened.supervisor.settled(one.name)
            assert server.state is ServerState.READY, f"{server.name}: {server.reason} {list(server.log)}"
        yield opened


def call(opened: Backend, server: str, tool: str, **arguments: Any) -> asyncio.Task[ToolResult]:
    """Call a tool, without waiting for it."""
    return asyncio.create_task(opened.supervisor.call_tool(server, tool, arguments))


def prompt_of(review: Review) -> str:
    """Return the text of a request's last message."""
    block = review.asked.messages[-1].blocks[-1]
    return str(getattr(block, "text", ""))


async def reviews(opened: Backend, count: int, phase: Phase = Phase.REQUEST) -> list[Review]:
    """Wait until so many reviews are in a phase, and return them."""

    def there() -> list[Review]:
        return [review for review in opened.desk.reviews.values() if review.phase is phase]

    await eventually(lambda: len(there()) >= count, f"{count} reviews at {phase}")
    return there()


async def answer_by_model(opened: Backend, review: Review, text: str | None = None) -> None:
    """Pass both gates; `text` replaces the model's."""
    assert opened.desk.settle(review.id, Gate.REQUEST, approve(review, recipient=opened.models.recipient))
    await eventually(lambda: review.phase is Phase.RESPONSE, f"#{review.id} has a response")
    accepted = accept(review)
    if text is not None:
        accepted = replace(accepted, response=accepted.response.with_text(text))
    assert opened.desk.settle(review.id, Gate.RESPONSE, accepted)


def is_alive(server: Server | int) -> bool:
    """Whether a process, or anything in its group, is still there (zombies are not)."""
    group = server if isinstance(server, int) else server.pid
    if group is None:
        return False
    if not Path("/proc/self/stat").exists():
        return _is_reachable(group)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, _parent, its_group = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
            except OSError:
                continue
            if int(its_group) == group and state != "Z":
                return True
    return False


def _is_reachable(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):  # macOS answers the latter for a group of zombies
        return False
    return True


def open_reviews(desk: Desk) -> list[Review]:
    """Return the reviews that wait, without what else does."""
    return [item for item in desk.pending if isinstance(item, Review)]

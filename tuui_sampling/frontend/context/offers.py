"""Lists what a person may add to a request from its server, or from others, and reads what they have picked."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from ...desk.invocations import Run, Runs
from ...providers.token_estimate import text_tokens
from ...sampling.request import TextBlock
from ...servers.state.primitives import ResourceContents
from ...servers.state.server import Server, ServerState, ToolResult
from ...servers.supervisor import Supervisor
from ..presentation.format import octets
from .attached import Attached, CannotAttach, of_result, of_text

OfferedKind = Literal["instructions", "resource", "result"]

BYTES_PER_TOKEN = 4
"""Of English prose, for what only its server knows."""

MAX_RESULTS = 10
"""Calls of one server whose results are offered, the newest first."""


@dataclass(frozen=True)
class Offer:
    """
    One thing that may be added. All its texts are foreign.

    Attributes:
        name: The URI of a resource, or the tool that was called.
        title: What it says of itself.
        size: In bytes; None where nobody knows before it is read.
        tokens: About how many it is; likewise.
        run: The id of the call whose result it is.
    """

    server: str
    kind: OfferedKind
    name: str = ""
    title: str = ""
    size: int | None = None
    tokens: int | None = None
    run: int | None = None

    @property
    def source(self) -> str:
        """What it is and of which server, in words."""
        if self.kind == "instructions":
            return f"instructions of {self.server}"
        return f"{'result of ' if self.kind == 'result' else 'resource '}{self.name} of {self.server}"

    @property
    def size_words(self) -> str:
        """How large it is, in words."""
        if self.size is None:
            return "size not known"
        return f"{octets(self.size)} · ≈ {self.tokens or 0:,} tokens"

    def matches(self, words: Iterable[str]) -> bool:
        """Whether it holds all of some words."""
        text = f"{self.source} {self.title}".casefold()
        return all(word in text for word in words)


def why_nothing_of(server: Server | None) -> str:
    """Return why nothing of a server may be offered; empty where it may."""
    if server is None:
        return "it is no longer configured"
    return 'its configuration says context = "never"' if server.settings.context == "never" else ""


def offers_of(server: Server, runs: Iterable[Run]) -> Iterator[Offer]:
    """Yield what a server offers: its instructions, its resources, and what its latest calls returned."""
    if why_nothing_of(server):
        return
    if server.instructions:
        yield _measured(Offer(server.name, "instructions"), server.instructions)
    if server.state is ServerState.READY:
        for one in server.offered.resources:
            if not one.problem:
                tokens = None if one.size is None else one.size // BYTES_PER_TOKEN
                yield Offer(server.name, "resource", one.uri, one.title or one.name, one.size, tokens)
    own = ((run, run.result) for run in runs if run.server == server.name)
    ended = [(run, result) for run, result in own if isinstance(result, ToolResult | ResourceContents)]
    for run, result in ended[: -MAX_RESULTS - 1 : -1]:
        yield _result(run, result)


def _result(run: Run, result: ToolResult | ResourceContents) -> Offer:
    offer = Offer(run.server, "result", run.tool, f"#{run.id}", run=run.id)
    try:
        blocks = [one.block for one in of_result("", result)]
    except CannotAttach:
        return offer
    return _measured(offer, "".join(one.text.partition("\n")[2] for one in blocks if isinstance(one, TextBlock)))


def _measured(offer: Offer, text: str) -> Offer:
    return replace(offer, size=len(text.encode("utf-8", "surrogatepass")), tokens=text_tokens(text))


async def read(offer: Offer, supervisor: Supervisor, runs: Runs) -> list[Attached]:
    """
    Return what was picked, as blocks; a resource is read from its server now.

    Raises:
        CannotAttach: It can't be read, or can't be sent to a model.
    """
    server = supervisor.servers.get(offer.server)
    if reason := why_nothing_of(server):
        raise CannotAttach(reason)
    assert server is not None
    if offer.kind == "instructions":
        return [of_text(offer.source, server.instructions or "")]
    if offer.kind == "result":
        run = runs.runs.get(offer.run or 0)
        if run is None or run.result is None:
            raise CannotAttach("it is not kept any more")
        return of_result(offer.source, run.result)
    run = runs.read_resource(offer.server, offer.name)
    await runs.ended(run)
    if run.error is not None or run.result is None:
        raise CannotAttach(run.error.message if run.error is not None else "it could not be read")
    return of_result(offer.source, run.result)

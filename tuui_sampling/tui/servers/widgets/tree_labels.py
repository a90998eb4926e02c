"""What the tree of servers shows: the places that its cursor may be on, and each of them in one line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rich.text import Text
from textual.content import Content

from ....desk.invocations import Run
from ....frontend.presentation.primitives import Offer, label_of, offers_of, subscribed_uris
from ....policy.lookalikes import misleading
from ....servers.state.primitives import Offered, OfferKind
from ....servers.state.server import Server, ServerState, Tool
from ...widgets.plain import MARK_STYLE, line
from .server_label import NAME_LENGTH

UNUSABLE, MISLEADS = "  ✗ unusable", "  ⚠ "
"""What stands after the name of an offer that can't be used, and before how a name misleads."""

AWAITED = "its tools are not listed yet"
"""Stands below a server that starts: what it offers comes there, and moves no other row from under the cursor."""


@dataclass(frozen=True)
class Place:
    """
    What the cursor is on.

    Attributes:
        name: An offer's name (a resource's URI, a template's URI template); None on a server or a group of offers.
        kind: Of the offer or the group; None on a server.
        awaited: It is the row that stands for what a server has not listed yet.
    """

    server: str
    name: str | None = None
    kind: OfferKind | None = None
    awaited: bool = False

    def holds(self, run: Run) -> bool:
        """Whether a run is of the offer that it is, or of its server."""
        fits = self.name is None or self.kind is None or run.is_of(self.kind, self.name)
        return run.server == self.server and fits


@dataclass(frozen=True)
class Shown:
    """
    What is shown of a server, to tell whether it has changed.

    Attributes:
        awaited: It offers nothing yet, and is about to list it.
    """

    tools: Sequence[Tool]
    offered: Offered
    subscribed: frozenset[str]
    updated: frozenset[str]
    dim: bool
    offers: Mapping[OfferKind, Mapping[str, Offer]]
    misleading: Mapping[str, str]
    awaited: bool


def shown_of(server: Server, before: Shown | None) -> Shown:
    """Return what to show of a server: while it is down, what it offered before."""
    keeps = server.state is not ServerState.READY and not server.tools and before is not None
    subscribed, updated = frozenset(server.subscribed), frozenset(server.updated)
    if keeps and before is not None:
        awaited = _awaits(server, before.offers)
        return replace(before, subscribed=subscribed, updated=updated, dim=True, awaited=awaited)
    if before is not None and before.tools is server.tools and before.offered is server.offered:
        awaited = _awaits(server, before.offers)
        return replace(before, subscribed=subscribed, updated=updated, dim=False, awaited=awaited)
    offers = offers_of(server)
    if before is not None:  # what it has not listed yet since it is up again stays as it was
        offers |= {kind: before.offers[kind] for kind in server.offered.pending}
    tools = misleading(offers[OfferKind.TOOL])
    return Shown(server.tools, server.offered, subscribed, updated, False, offers, tools, _awaits(server, offers))


def _awaits(server: Server, offers: Mapping[OfferKind, Mapping[str, Offer]]) -> bool:
    """Whether a server that offers nothing is about to list what it offers."""
    is_starting = server.state in (ServerState.STARTING, ServerState.RESTARTING)
    is_listing = server.state is ServerState.READY and bool(server.offered.pending)
    return (is_starting or is_listing) and not any(offers.values())


def leaves(server: str, kind: OfferKind, shown: Shown) -> dict[Place, Text]:
    """Return the labels of the offers of one kind, by their places."""
    leaves = {}
    for name, offer in shown.offers[kind].items():
        label = as_text(line(label_of(offer), NAME_LENGTH))
        if shown.dim:
            label.stylize("dim")
        if offer.problem:
            label.append(UNUSABLE, "bold")
        elif mark := mark_of(offer, shown):
            label.append(mark, "bold")
        leaves[Place(server, name, kind)] = label
    return leaves


def mark_of(offer: Offer, shown: Shown) -> str:
    """Return how its name misleads; whether the server tells of changes of an offer, and has told of one."""
    if isinstance(offer, Tool) and offer.name in shown.misleading:
        return _misleads(shown.misleading[offer.name])
    subscribed = subscribed_uris(offer, shown.subscribed, shown.offers[OfferKind.RESOURCE])
    if not subscribed:
        return ""
    return "  ● updated" if any(uri in shown.updated for uri in subscribed) else "  ○ subscribed"


def _misleads(how: str) -> str:
    return f"{MISLEADS}{line(how, NAME_LENGTH).plain}"


def as_text(content: Content) -> Text:
    """Return content for a `Tree`, which takes Rich's texts only; of its styles the attributes are kept."""
    text = Text(content.plain)
    for span in content.spans:
        style = span.style if isinstance(span.style, str) else MARK_STYLE
        text.stylize(" ".join(word for word in style.split() if not word.startswith("$")), span.start, span.end)
    return text

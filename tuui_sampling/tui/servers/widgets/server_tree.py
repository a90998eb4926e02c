"""The tree of servers with their offers. It changes in place: the cursor and what is folded stay where they are."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rich.style import Style
from rich.text import Text
from textual.content import Content
from textual.message import Message
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from ....desk.invocations import Run
from ....frontend.presentation.primitives import GROUPS, Offer, label_of, offers_of, subscribed_uris
from ....policy.lookalikes import misleading
from ....servers.state.primitives import Offered, OfferKind
from ....servers.state.server import Server, ServerState, Tool
from ...widgets.plain import MARK_STYLE, line
from .server_label import HUES, NAME_LENGTH, hue_of, server_label

UNUSABLE, MISLEADS = "  ✗ unusable", "  ⚠ "
"""What stands after the name of an offer that can't be used, and before how a name misleads."""

LARGE_GROUP = 50
"""Offers above which a group starts folded."""


@dataclass(frozen=True)
class Place:
    """
    What the cursor is on.

    Attributes:
        name: An offer's name (a resource's URI, a template's URI template); None on a server or a group of offers.
        kind: Of the offer or the group; None on a server.
    """

    server: str
    name: str | None = None
    kind: OfferKind | None = None

    def holds(self, run: Run) -> bool:
        """Whether a run is of the offer that it is, or of its server."""
        fits = self.name is None or self.kind is None or run.is_of(self.kind, self.name)
        return run.server == self.server and fits


@dataclass(frozen=True)
class _Shown:
    """What is shown of a server, to tell whether it has changed."""

    tools: Sequence[Tool]
    offered: Offered
    subscribed: frozenset[str]
    updated: frozenset[str]
    dim: bool
    offers: Mapping[OfferKind, Mapping[str, Offer]]
    misleading: Mapping[str, str]


class ServerTree(Tree[Place]):
    """
    Servers and what they offer: the tools alone, or in groups where there is more.

    A server that goes down keeps its offers, dimmed, until it is up again and lists them anew: so what the person was
    doing with one of them stays on the screen.
    """

    COMPONENT_CLASSES = {f"server-tree--{hue}" for hue in set(HUES.values())}  # noqa: RUF012 - Textual's own declaration
    DEFAULT_CSS = (
        "ServerTree { padding: 0 1; overflow-x: hidden; "
        + " ".join(f"& > .server-tree--{hue} {{ color: $text-{hue}; text-style: bold; }}" for hue in set(HUES.values()))
        + " }"
    )
    HELP = "The servers and what they offer. Arrows move, enter opens a form, space folds."

    @dataclass
    class Highlighted(Message):
        """The cursor moved to another server or offer."""

        place: Place

    @dataclass
    class Opened(Message):
        """The person pressed enter on an offer, or clicked it."""

        place: Place

    def __init__(self) -> None:
        """Make an empty tree."""
        super().__init__("servers", id="server-tree")
        self.show_root = False
        self.guide_depth = 2
        self.auto_expand = False
        self._server_nodes: dict[str, TreeNode[Place]] = {}
        self._labels: dict[str, Content] = {}
        self._hues: dict[str, str] = {}
        self._shown: dict[str, _Shown] = {}
        self._place: Place | None = None
        self._misleading: Mapping[str, str] = {}
        self._names: tuple[str, ...] = ()
        self._filter = ""

    @property
    def place(self) -> Place | None:
        """What the cursor is on; None before the first server was shown."""
        return self._place

    def offer(self, place: Place) -> Offer | None:
        """Return the offer at a place, the last known one while its server is down; None for a server or a group."""
        shown = self._shown.get(place.server)
        if shown is None or place.kind is None or place.name is None:
            return None
        return shown.offers[place.kind].get(place.name)

    def filter(self, text: str) -> None:
        """Show only what has every word of a text in its name, its title or its description."""
        self._filter = text.lower()
        for name, shown in self._shown.items():
            self._show_offers(self._server_nodes[name], self._filtered(shown))

    def _filtered(self, shown: _Shown) -> _Shown:
        words = self._filter.split()
        if not words:
            return shown
        offers = {
            kind: {
                name: offer
                for name, offer in of_kind.items()
                if all(word in f"{name}\n{label_of(offer)}\n{offer.description or ''}".lower() for word in words)
            }
            for kind, of_kind in shown.offers.items()
        }
        return replace(shown, offers=offers)

    def go_to(self, server: str) -> None:
        """Put the cursor on a server."""
        node = self._server_nodes.get(server)
        if node is not None and self.last_line >= 0:
            self.move_cursor(node)

    def go_to_first_match(self) -> None:
        """
        Put the cursor on what fits the filter best; it stays where it is while nothing is filtered, or on what fits.

        What is called so goes before what is called like it, and that before what says so.
        """
        words = self._filter.split()
        if words and self.last_line >= 0:
            below = [node for server in self._server_nodes.values() for node in _below(server)]
            if self.cursor_node is None or self.cursor_node not in below:
                named = [
                    (node, name) for node in below if node.data is not None and (name := node.data.name) is not None
                ]
                if named:
                    self.move_cursor(min(named, key=lambda one: _rank(one[1].lower(), words[0]))[0])

    def show(self, servers: Iterable[Server]) -> None:
        """Show the servers as they are now; the first one gets the cursor where none has it."""
        servers = tuple(servers)
        if (names := tuple(server.name for server in servers)) != self._names:
            self._names, self._misleading = names, misleading(names)
            self._drop(self._server_nodes.keys() - set(names))
        for server in servers:
            self._show_server(server)
        if self._place is None and self._server_nodes:
            first = next(iter(self._server_nodes.values()))
            if self.last_line >= 0:  # asking for it builds the lines, without which no cursor can be set
                self.move_cursor(first)
            self._move_to(first.data)

    def _drop(self, names: Collection[str]) -> None:
        """Take servers away that are not there any more."""
        for name in names:
            node = self._server_nodes.pop(name)
            del self._labels[name], self._shown[name], self._hues[name]
            node.remove()
        if self._place is not None and self._place.server in names:
            self._place = None

    def _show_server(self, server: Server) -> None:
        label = server_label(server, self._misleading.get(server.name, ""))
        node = self._server_nodes.get(server.name)
        if node is None:
            node = self.root.add(as_text(label), Place(server.name), expand=True)
            self._server_nodes[server.name] = node
        elif not label.is_same(self._labels[server.name]):
            node.set_label(as_text(label))
        self._labels[server.name] = label
        self._hues[server.name] = hue_of(server)
        before = self._shown.get(server.name)
        after = _shown(server, before)
        if after != before:
            self._shown[server.name] = after
            self._show_offers(node, self._filtered(after))

    def _show_offers(self, node: TreeNode[Place], shown: _Shown) -> None:
        """Bring a server's children to its offers; the cursor stays on what it is on, wherever that is then."""
        server = node.data.server if node.data else ""
        place = self.cursor_node.data if self.cursor_node is not None else None
        groups = {kind: offers for kind, offers in shown.offers.items() if offers}
        node.allow_expand = bool(groups)
        if not groups.keys() - {OfferKind.TOOL}:
            self._sync(node, _leaves(server, OfferKind.TOOL, shown))
        else:
            titles = {Place(server, None, kind): Text(f"{GROUPS[kind]} {len(groups[kind])}") for kind in groups}
            large = [Place(server, None, kind) for kind in groups if len(groups[kind]) > LARGE_GROUP]
            self._sync(node, titles, groups=True, folded=large)
            for child in node.children:
                if child.data is not None and child.data.kind is not None:
                    self._sync(child, _leaves(server, child.data.kind, shown))
        if place is not None and self.cursor_node is not None and self.cursor_node.data != place:
            moved = next((one for one in _below(node) if one.data == place), None)
            if moved is not None and self.last_line >= 0:
                self.move_cursor(moved)

    def _sync(
        self,
        node: TreeNode[Place],
        wanted: Mapping[Place, Text],
        *,
        groups: bool = False,
        folded: Collection[Place] = (),
    ) -> None:
        """Bring a node's children to these, touching only those that differ; new ones may start folded."""
        kept = {child.data: None for child in node.children if child.data in wanted}
        in_order = list(kept) == [place for place in wanted if place in kept]
        for child in list(node.children):
            if child.data not in wanted or not in_order:
                self._remove(child, node)
        for index, (place, label) in enumerate(wanted.items()):
            at_index = node.children[index] if index < len(node.children) else None
            if at_index is None or at_index.data != place:
                before = index if at_index is not None else None
                expand = groups and place not in folded
                node.add(label, place, before=before, expand=expand, allow_expand=groups)
            elif at_index.label != label:
                at_index.set_label(label)

    def _remove(self, child: TreeNode[Place], node: TreeNode[Place]) -> None:
        """Remove a node; the cursor goes to its parent."""
        if self.cursor_node is not None and child in (self.cursor_node, self.cursor_node.parent):
            self.move_cursor(node)
        child.remove()

    def process_label(self, label: str | Text) -> Text:
        """Take the label as it is: never markup, and already one line."""
        return label if isinstance(label, Text) else Text(label)

    def render_label(self, node: TreeNode[Place], base_style: Style, style: Style) -> Text:
        """Cut what does not fit, with a mark; what stands after a name stays."""
        label = super().render_label(node, base_style, style)
        self._give_hue(label, node)
        depth, above = 0, node.parent
        while above is not None and above is not self.root:
            depth, above = depth + 1, above.parent
        room = max(1, self.scrollable_content_region.width - depth * self.guide_depth)
        mark = self._mark(node.data)
        if mark and label.cell_len > room > len(mark):
            name, kept = label[: -len(mark)], label[-len(mark) :]
            name.truncate(room - len(mark), overflow="ellipsis")
            return name + kept
        label.truncate(room, overflow="ellipsis")
        return label

    def _give_hue(self, label: Text, node: TreeNode[Place]) -> None:
        """Give the sign of a server, or what is wrong with an offer, its hue; on the cursor none could be read."""
        if node is self.cursor_node or node.data is None:
            return
        if node.parent is self.root:
            at = len(label) - len(str(node.label))
            end, hue = at + 1, self._hues.get(node.data.server, "")
        else:
            wrong = UNUSABLE if label.plain.endswith(UNUSABLE) else self._mark(node.data)
            at, end = len(label) - len(wrong), len(label)
            hue = "error" if wrong == UNUSABLE else "warning" if wrong.startswith(MISLEADS) else ""
        if hue:
            label.stylize(self.get_component_rich_style(f"server-tree--{hue}", partial=True), at, end)

    def _mark(self, place: Place | None) -> str:
        """Return what stands after the name of an offer."""
        shown = self._shown.get(place.server) if place is not None else None
        offer = self.offer(place) if place is not None else None
        return _mark(offer, shown) if shown is not None and offer is not None else ""

    def on_tree_node_highlighted(self, message: Tree.NodeHighlighted[Place]) -> None:
        """Tell of the server or offer, once; by now the cursor may have been put back where it was."""
        message.stop()
        if self.cursor_node is not None:
            self._move_to(self.cursor_node.data)

    def on_tree_node_selected(self, message: Tree.NodeSelected[Place]) -> None:
        """Open an offer; fold a server or a group."""
        message.stop()
        if message.node.data is not None and message.node.data.name is not None:
            self._move_to(message.node.data)
            self.post_message(self.Opened(message.node.data))
        else:
            message.node.toggle()

    def on_tree_node_collapsed(self, message: Tree.NodeCollapsed[Place]) -> None:
        """Take the cursor out of what is folded away."""
        message.stop()
        if self.cursor_node is not None and self.cursor_node in _below(message.node):
            self.move_cursor(message.node)

    def _move_to(self, place: Place | None) -> None:
        if place is not None and place != self._place:
            self._place = place
            self.post_message(self.Highlighted(place))


def _shown(server: Server, before: _Shown | None) -> _Shown:
    """Return what to show of a server: while it is down, what it offered before."""
    keeps = server.state is not ServerState.READY and not server.tools and before is not None
    subscribed, updated = frozenset(server.subscribed), frozenset(server.updated)
    if keeps and before is not None:
        return replace(before, subscribed=subscribed, updated=updated, dim=True)
    if before is not None and before.tools is server.tools and before.offered is server.offered:
        return replace(before, subscribed=subscribed, updated=updated, dim=False)
    offers = offers_of(server)
    if before is not None:  # what it has not listed yet since it is up again stays as it was
        offers |= {kind: before.offers[kind] for kind in server.offered.pending}
    tools = misleading(offers[OfferKind.TOOL])
    return _Shown(server.tools, server.offered, subscribed, updated, False, offers, tools)


def _leaves(server: str, kind: OfferKind, shown: _Shown) -> dict[Place, Text]:
    """Return the labels of the offers of one kind, by their places."""
    leaves = {}
    for name, offer in shown.offers[kind].items():
        label = as_text(line(label_of(offer), NAME_LENGTH))
        if shown.dim:
            label.stylize("dim")
        if offer.problem:
            label.append(UNUSABLE, "bold")
        elif mark := _mark(offer, shown):
            label.append(mark, "bold")
        leaves[Place(server, name, kind)] = label
    return leaves


def _mark(offer: Offer, shown: _Shown) -> str:
    """Return how its name misleads; whether the server tells of changes of an offer, and has told of one."""
    if isinstance(offer, Tool) and offer.name in shown.misleading:
        return _misleads(shown.misleading[offer.name])
    subscribed = subscribed_uris(offer, shown.subscribed, shown.offers[OfferKind.RESOURCE])
    if not subscribed:
        return ""
    return "  ● updated" if any(uri in shown.updated for uri in subscribed) else "  ○ subscribed"


def _misleads(how: str) -> str:
    return f"{MISLEADS}{line(how, NAME_LENGTH).plain}"


def _below(node: TreeNode[Place]) -> Iterator[TreeNode[Place]]:
    """Yield what is under a node."""
    for child in node.children:
        yield child
        yield from _below(child)


def as_text(content: Content) -> Text:
    """Return content for a `Tree`, which takes Rich's texts only; of its styles the attributes are kept."""
    text = Text(content.plain)
    for span in content.spans:
        style = span.style if isinstance(span.style, str) else MARK_STYLE
        text.stylize(" ".join(word for word in style.split() if not word.startswith("$")), span.start, span.end)
    return text


def _rank(name: str, word: str) -> tuple[bool, bool, bool]:
    """Return how well a name fits a word of a filter: the less, the better."""
    return name != word, not name.startswith(word), word not in name

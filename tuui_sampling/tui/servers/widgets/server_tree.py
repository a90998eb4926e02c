"""The tree of servers with their offers. It changes in place: the cursor and what is folded stay where they are."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from rich.style import Style
from rich.text import Text
from textual import events
from textual.content import Content
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from ....frontend.presentation.primitives import GROUPS, Offer, label_of
from ....policy.lookalikes import misleading
from ....servers.state.primitives import OfferKind
from ....servers.state.server import Server
from ...pointer.painted_rows import PaintedRows, pressed_at
from .server_label import HUES, hue_of, server_label
from .tree_labels import AWAITED, MISLEADS, UNUSABLE, Place, Shown, as_text, leaves, mark_of, shown_of

LARGE_GROUP = 50
"""Offers above which a group starts folded."""

EARLY = "Not done: the key was typed before this row was shown. Press it again."
GONE = "What was clicked is gone."


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

    def __init__(self, displaced: Callable[[], object], says_early: Callable[[], bool]) -> None:
        """
        Make an empty tree.

        Args:
            displaced: Called when the program has put the cursor on another row, as the one it was on is gone.
            says_early: Says that the key at work was typed before that row was shown, and returns whether it was.
        """
        super().__init__("servers", id="server-tree")
        self.show_root = False
        self.guide_depth = 2
        self.auto_expand = False
        self._server_nodes: dict[str, TreeNode[Place]] = {}
        self._labels: dict[str, Content] = {}
        self._hues: dict[str, str] = {}
        self._shown: dict[str, Shown] = {}
        self._place: Place | None = None
        self._misleading: Mapping[str, str] = {}
        self._names: tuple[str, ...] = ()
        self._filter = ""
        self._displaced = displaced
        self._says_early = says_early
        self._painted: PaintedRows[Place] = PaintedRows()

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

    def _filtered(self, shown: Shown) -> Shown:
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
        words, below = self._filter.split(), list(_below(self.root))
        on_offer = self.cursor_node in below and self.cursor_node not in self.root.children
        if words and self.last_line >= 0 and not on_offer and (best := _best_match(below, words[0])) is not None:
            self.move_cursor(best)

    def show(self, servers: Iterable[Server]) -> None:
        """Show the servers as they are now; the first one gets the cursor where none has it."""
        servers = tuple(servers)
        in_view = self.cursor_line - self.scroll_offset.y
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
        if 0 <= in_view < self.size.height and self.last_line >= 0:  # what comes above does not move it on the screen
            self.scroll_to(y=self.cursor_line - in_view, animate=False, force=True, immediate=True)

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
        after = shown_of(server, before)
        if after != before:
            self._shown[server.name] = after
            self._show_offers(node, self._filtered(after))

    def _show_offers(self, node: TreeNode[Place], shown: Shown) -> None:
        """Bring a server's children to its offers; the cursor stays on what it is on, wherever that is then."""
        server = node.data.server if node.data else ""
        place = self.cursor_node.data if self.cursor_node is not None else None
        groups = {kind: offers for kind, offers in shown.offers.items() if offers}
        node.allow_expand = bool(groups) or shown.awaited
        if shown.awaited:
            self._sync(node, {Place(server, awaited=True): Text(AWAITED, "dim")})
        elif not groups.keys() - {OfferKind.TOOL}:
            self._sync(node, leaves(server, OfferKind.TOOL, shown))
        else:
            titles = {Place(server, None, kind): Text(f"{GROUPS[kind]} {len(groups[kind])}") for kind in groups}
            large = [Place(server, None, kind) for kind in groups if len(groups[kind]) > LARGE_GROUP]
            self._sync(node, titles, groups=True, folded=large)
            for child in node.children:
                if child.data is not None and child.data.kind is not None:
                    self._sync(child, leaves(server, child.data.kind, shown))
        if place is not None and place.server == server:
            self._put_back(node, place)

    def _put_back(self, node: TreeNode[Place], place: Place) -> None:
        """Put the cursor where it was; where it was on what had not been listed, on the first that is listed now."""
        if self.last_line < 0 or (self.cursor_node is not None and self.cursor_node.data == place):
            return
        found = next((one for one in _below(node) if one.data == place), None)
        if found is not None:
            if found.parent is not None and found.parent is not node:
                found.parent.expand()  # a large group starts folded
        elif place.awaited and node.children:
            first = node.children[0]
            found = first.children[0] if first.children and first.is_expanded else first
        if found is not None and self.last_line >= 0:
            self.move_cursor(found)
        if self.cursor_node is None or self.cursor_node.data != place:
            self._displaced()

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
        server_hue = self._hues.get(node.data.server, "") if node.parent is self.root else None
        start, end, hue = _hued(label, str(node.label), server_hue, self._mark(node.data))
        if hue:
            label.stylize(self.get_component_rich_style(f"server-tree--{hue}", partial=True), start, end)

    def _mark(self, place: Place | None) -> str:
        """Return what stands after the name of an offer."""
        shown = self._shown.get(place.server) if place is not None else None
        offer = self.offer(place) if place is not None else None
        return mark_of(offer, shown) if shown is not None and offer is not None else ""

    def on_tree_node_highlighted(self, message: Tree.NodeHighlighted[Place]) -> None:
        """Tell of the server or offer, once; by now the cursor may have been put back where it was."""
        message.stop()
        if self.cursor_node is not None:
            self._move_to(self.cursor_node.data)

    def on_tree_node_selected(self, message: Tree.NodeSelected[Place]) -> None:
        """Open an offer; fold a server or a group."""
        message.stop()
        if message.node.data is not None and message.node.data.awaited:
            self.notify(f"{message.node.data.server}: {AWAITED}.", markup=False)
        elif message.node.data is not None and message.node.data.name is not None:
            self._move_to(message.node.data)
            self.post_message(self.Opened(message.node.data))
        else:
            message.node.toggle()

    def action_select_cursor(self) -> None:
        """Open what the cursor is on, where the person has seen that it is."""
        if not self._says_early():
            super().action_select_cursor()

    def render_line(self, y: int) -> Strip:
        """Draw a row, and remember which."""
        node = self.get_node_at_line(self.scroll_offset.y + y)
        self._painted.painted(y, node.data if node is not None else None)
        return super().render_line(y)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Note what the mouse was pressed on: it may stand elsewhere when that is handled."""
        self._painted.press(event.y, pressed_at(self, event))

    def on_click(self, event: events.Click) -> None:
        """Act on the row that the mouse was pressed on, where another stands there by now."""
        node = self.get_node_at_line(self.scroll_offset.y + event.y)
        now = node.data if node is not None else None
        if (pressed := self._painted.meant(now)) == now:
            return
        event.prevent_default()
        if (
            meant := next((one for one in _below(self.root) if one.data == pressed and one.line >= 0), None)
        ) is not None:
            self.move_cursor(meant)
            super().action_select_cursor()
        elif pressed is not None:
            self.notify(GONE)

    def on_tree_node_collapsed(self, message: Tree.NodeCollapsed[Place]) -> None:
        """Take the cursor out of what is folded away."""
        message.stop()
        if self.cursor_node is not None and self.cursor_node in _below(message.node):
            self.move_cursor(message.node)

    def _move_to(self, place: Place | None) -> None:
        if place is not None and place != self._place:
            self._place = place
            self.post_message(self.Highlighted(place))


def _below(node: TreeNode[Place]) -> Iterator[TreeNode[Place]]:
    """Yield what is under a node."""
    for child in node.children:
        yield child
        yield from _below(child)


def _hued(label: Text, own: str, server_hue: str | None, mark: str) -> tuple[int, int, str]:
    """Return which stretch of a label has a hue, and which: of a server its sign, of an offer what is wrong with it."""
    if server_hue is not None:
        at = len(label) - len(own)
        return at, at + 1, server_hue
    wrong = UNUSABLE if label.plain.endswith(UNUSABLE) else mark
    hue = "error" if wrong == UNUSABLE else "warning" if wrong.startswith(MISLEADS) else ""
    return len(label) - len(wrong), len(label), hue


def _best_match(nodes: Iterable[TreeNode[Place]], word: str) -> TreeNode[Place] | None:
    """Return the offer whose name fits a word of a filter best."""
    named = [(node, name) for node in nodes if node.data is not None and (name := node.data.name) is not None]
    return min(named, key=lambda one: _rank(one[1].lower(), word))[0] if named else None


def _rank(name: str, word: str) -> tuple[bool, bool, bool]:
    """Return how well a name fits a word of a filter: the less, the better."""
    return name != word, not name.startswith(word), word not in name

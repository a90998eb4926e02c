"""Editing the folders that a server may be told of, one on each line, because the person asked for it."""

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from ...config.roots import read_roots
from ..widgets.plain import Plain, line
from ..widgets.text_editor import EditArea


class EditRoots(ModalScreen[tuple[Path, ...] | None]):
    """Some paths, one on each line; or None."""

    BINDINGS: ClassVar = [
        Binding("ctrl+g", "keep", "keep", id="approve"),
        Binding("escape", "leave", "leave"),
    ]
    DEFAULT_CSS = """
    EditRoots {
        EditArea { height: 8; margin-top: 1; }
        .problem { display: none; }
        .problem.-shown { display: block; }
    }
    """

    def __init__(self, server: str, roots: tuple[Path, ...], base: Path, key: str) -> None:
        """
        Begin with what is shared now.

        Args:
            base: What a relative path is relative to.
            key: That of approving, as it is shown; it keeps the roots.
        """
        super().__init__()
        self._server = server
        self._roots = roots
        self._base = base
        self._key = key

    def compose(self) -> ComposeResult:
        """Show the lines and the two keys."""
        with Vertical(classes="dialog"):
            yield Plain(
                Content("Roots: folders that ") + line(self._server, 40) + Content(" may be told of, one on each line.")
            )
            yield EditArea("\n".join(map(str, self._roots)))
            yield Plain("", classes="problem")
            yield Static(
                Content.from_markup(
                    "[b]$key[/] until the program ends    [b]esc[/] leave them as they are", key=self._key
                ),
                classes="keys",
            )

    def on_mount(self) -> None:
        """Put the cursor below the last line."""
        area = self.query_one(EditArea)
        area.focus()
        area.move_cursor(area.document.end)

    def action_keep(self) -> None:
        """Return the paths, or say which line is none."""
        texts = [text for text in self.query_one(EditArea).value.splitlines() if text.strip()]
        try:
            roots = read_roots(texts, self._base)
        except ValueError as error:
            problem = self.query_one(".problem", Plain)
            problem.update(f"✗ {error}")
            problem.add_class("-shown")
            return
        self.dismiss(roots)

    def action_leave(self) -> None:
        """Return nothing."""
        self.dismiss(None)


def what_it_means(*, told: bool, declared: bool, modern: bool, running: bool) -> str:
    """
    Return what changed roots mean to a server, in words.

    Args:
        told: It was told that they have changed.
        declared: It was told at its start that there are roots.
    """
    if told:
        return "The server was told that its roots have changed; it will ask for them."
    if not running:
        return "It may ask for these roots once it is started."
    if not declared:
        return "It does not know yet that it may ask: restart it."
    if modern:
        return "It gets these roots when it next asks."
    return "It may ask for these roots."

"""What is to be added to a request: a list that can be searched, of which nothing is chosen before the person does."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from ...frontend.context.offers import Offer
from ..widgets.line_input import LineInput
from ..widgets.plain import Plain, line

MAX_ROW = 200
"""Characters of a row."""


@dataclass(frozen=True)
class Wanted:
    """
    What was chosen.

    Attributes:
        offers: What servers offer.
        file: A file is to be asked for; likewise `clipboard`, and `others`: what other servers offer.
    """

    offers: tuple[Offer, ...] = ()
    file: bool = False
    clipboard: bool = False
    others: bool = False


FILE, CLIPBOARD, OTHERS = "file", "clipboard", "others"
OWN_ROWS = {FILE: "a file …", CLIPBOARD: "the clipboard", OTHERS: "what other servers offer …"}


class Attach(ModalScreen[Wanted | None]):
    """Some of what is offered, or None."""

    BINDINGS: ClassVar = [
        Binding("escape", "cancel", "cancel"),
        Binding("slash", "search", "search"),
        Binding("enter", "done", "done", priority=True),
        Binding("down", "into_list", "to the list", show=False),
    ]

    def __init__(self, question: str, offers: Sequence[Offer], *, others: bool) -> None:
        """
        Ask what.

        Args:
            others: There are other servers, which can be asked for.
        """
        super().__init__()
        self._question = question
        self._offers = {f"offer {number}": offer for number, offer in enumerate(offers)}
        self._own = {key: words for key, words in OWN_ROWS.items() if others or key != OTHERS}
        self._chosen: set[str] = set()

    def compose(self) -> ComposeResult:
        """Show the question, the search and the list."""
        with Vertical(classes="dialog attach"):
            yield Plain(self._question, limit=500)
            yield LineInput(placeholder="/ searches", compact=True)
            yield OptionList(*self._options())
            yield Plain("", id="picked")
            keys = "[b]space[/] choose or not    [b]/[/] search    [b]enter[/] add these    [b]esc[/] cancel"
            yield Static(Content.from_markup(keys), classes="keys")

    def on_mount(self) -> None:
        """Put the cursor into the list."""
        self.query_one(OptionList).focus()
        self._tell()

    def _options(self, words: Sequence[str] = ()) -> list[Option]:
        found = {key for key, offer in self._offers.items() if offer.matches(words)}
        rows = [key for key in (*self._offers, *self._own) if key in found or key in self._own]
        return [Option(self._prompt(key), id=key) for key in rows]

    def _prompt(self, key: str) -> Content:
        mark = "[x]" if key in self._chosen else "[ ]"
        offer = self._offers.get(key)
        if offer is None:
            return Content(f"{mark} {self._own[key]}")
        told = f"{offer.source} · {offer.size_words}"
        return Content(f"{mark} ") + line(f"{told} · {offer.title}" if offer.title else told, MAX_ROW)

    @on(LineInput.Changed)
    def _searched(self, message: LineInput.Changed) -> None:
        message.stop()
        listed = self.query_one(OptionList)
        listed.clear_options()
        listed.add_options(self._options(message.value.casefold().split()))

    def action_search(self) -> None:
        """Put the cursor into the search."""
        self.query_one(LineInput).focus()

    def action_into_list(self) -> None:
        """Put the cursor into the list."""
        listed = self.query_one(OptionList)
        listed.focus()
        listed.action_first()

    def on_key(self, event: object) -> None:
        """Choose the row under the cursor, or no longer: the space bar means that only in the list."""
        listed = self.query_one(OptionList)
        if getattr(event, "key", "") == "space" and listed.has_focus and listed.highlighted is not None:
            self._turn(listed.highlighted)

    @on(OptionList.OptionSelected)
    def _clicked(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self._turn(message.option_index)

    def _turn(self, index: int) -> None:
        listed = self.query_one(OptionList)
        key = listed.get_option_at_index(index).id or ""
        self._chosen ^= {key}
        listed.replace_option_prompt_at_index(index, self._prompt(key))
        self._tell()

    def _tell(self) -> None:
        """Say how much is chosen."""
        offers = [self._offers[key] for key in self._chosen if key in self._offers]
        about = f" · ≈ {sum(one.tokens or 0 for one in offers):,} tokens" if offers else ""
        more = ", and what is not known yet" if any(one.tokens is None for one in offers) else ""
        chosen = f"{len(self._chosen)} chosen{about}{more}" if self._chosen else "Nothing is chosen: nothing is added."
        self.query_one("#picked", Plain).update(chosen)

    def action_done(self) -> None:
        """Return what is chosen; Enter in the search only goes back to the list."""
        if self.query_one(LineInput).has_focus:
            self.action_into_list()
            return
        offers = tuple(offer for key, offer in self._offers.items() if key in self._chosen)
        own = {key: key in self._chosen for key in OWN_ROWS}
        self.dismiss(Wanted(offers, file=own[FILE], clipboard=own[CLIPBOARD], others=own[OTHERS]))

    def action_cancel(self) -> None:
        """Return nothing."""
        self.dismiss(None)

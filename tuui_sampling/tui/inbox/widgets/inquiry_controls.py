"""What an inquiry asks for, as something that can be answered: a form, a page to visit, folders to share, a call."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget

from ....frontend.document.passage import text_parts
from ....frontend.presentation.format import reindented
from ....frontend.review.availability import not_opened
from ....frontend.review.inquiry_answer import Unready, checked_content
from ....sampling.checks.url_check import Page, look_at
from ....sampling.inquiry import (
    FormElicitation,
    Inquiry,
    Malformed,
    Reply,
    Root,
    RootsRequest,
    ToolCall,
    UrlElicitation,
)
from ....sampling.request import Json, JsonObject
from ....sampling.visible import reveal
from ...document.pane import DocumentPane
from ...widgets.checkbox import Tick
from ...widgets.plain import Plain, StatusLine, line, plain
from ...widgets.schema_form import SchemaForm
from .inquiry_body import Body
from .tool_call_body import ToolCallBody


class FormBody(Body):
    """The values that an elicitation asks for."""

    def __init__(self, asked: FormElicitation) -> None:
        super().__init__()
        self._asked = asked
        empty = "It asks for no value: accepting says yes, and no more."
        self._form = SchemaForm(asked.schema, empty=empty)

    def compose(self) -> ComposeResult:
        """Lay out the form."""
        yield self._form

    def answer(self) -> Reply | Unready:
        """Return the values, or what is wrong with them."""
        values, problems = self._form.read()
        if values is None:
            return Unready("; ".join(f"{one.field.title or one.field.name}: {text}" for one, text in problems.items()))
        return checked_content(self._asked, values)

    @property
    def is_edited(self) -> bool:
        """Whether a field holds something else than its default."""
        return self._form.is_edited

    @property
    def held(self) -> dict[str, Json]:
        """The values of the fields, by name."""
        return self._form.held

    def hold(self, held: JsonObject) -> None:
        """Fill in the fields."""
        self._form.hold(held)

    @property
    def unseen(self) -> str:
        """How many fields have not been on the screen, in words."""
        count = self._form.unseen
        return f"{count:,} field{'s have' if count > 1 else ' has'} not been on the screen" if count else ""

    def show_problems(self) -> None:
        """Show what is wrong beside the fields."""
        self._form.collect()

    def revert(self, focused: Widget | None) -> bool:
        """Put back a field's default."""
        row = self._form.row_of(focused)
        if row is not None:
            row.revert()
        return row is not None


class PageBody(Body):
    """An address, whole, with its host picked out and what may deceive; nothing here opens it."""

    def __init__(self, asked: UrlElicitation, open_key: str) -> None:
        super().__init__()
        self.page: Page = look_at(asked.url)
        self._open_key = open_key
        self._opened = Plain("", classes="muted")

    def compose(self) -> ComposeResult:
        """Show the address."""
        page = self.page
        yield Plain(address(page), limit=len(page.url), classes="page-address")
        if page.host:
            yield Plain(Content.assemble("host    ", line(page.host, 300).stylize("bold")))
        if page.warnings:
            yield Plain("\n".join(f"⚑ {warning}" for warning in page.warnings), classes="notice")
        if page.obstacle:
            yield StatusLine(f"✗ {not_opened(page.obstacle)}", classes="problem")
        else:
            yield Plain(f"{self._open_key} opens it in your browser. Nothing else does.", classes="muted")
        yield self._opened

    def answer(self) -> Reply | Unready:
        """Agree; the visit is the person's own business."""
        return Reply("accept")

    def opened(self, words: str) -> None:
        """Say what became of opening it."""
        self._opened.update(words)


class RootsBody(Body):
    """The configured folders, each of which may be shared or not."""

    def __init__(self, asked: RootsRequest) -> None:
        super().__init__()
        self._roots = asked.configured
        self._boxes = [Tick(_root_line(root), True, compact=True) for root in asked.configured]

    def compose(self) -> ComposeResult:
        """Lay out a box for each folder."""
        yield from self._boxes
        if not self._boxes:
            yield Plain("No root is configured for it: sharing tells it so.")

    def answer(self) -> Reply | Unready:
        """Share what is ticked."""
        return Reply(
            "accept", roots=tuple(root for root, box in zip(self._roots, self._boxes, strict=True) if box.value)
        )

    @property
    def is_edited(self) -> bool:
        """Whether some folder is kept back."""
        return not all(box.value for box in self._boxes)

    @property
    def held(self) -> dict[str, Json]:
        """Which folders are ticked, by their URIs."""
        return {root.uri: box.value for root, box in zip(self._roots, self._boxes, strict=True)}

    def hold(self, held: JsonObject) -> None:
        """Tick them."""
        for root, box in zip(self._roots, self._boxes, strict=True):
            box.value = held.get(root.uri) is not False

    def revert(self, focused: Widget | None) -> bool:
        """Tick the focused box again."""
        for box in self._boxes:
            if box is focused:
                box.value = True
                return True
        return False


class MalformedBody(Body):
    """A request that breaks the specification, as the text that it came as."""

    def __init__(self, raw: str) -> None:
        super().__init__()
        self._text = reindented(raw)

    def compose(self) -> ComposeResult:
        """Show the text."""
        yield DocumentPane(text_parts(self._text), classes="inquiry-message")

    def answer(self) -> Reply | Unready:
        """Say that there is no yes."""
        return Unready("It breaks the specification, so it can be refused, and not answered.")


def body_of(inquiry: Inquiry, key_of: Callable[[str], str]) -> Body:
    """Return what a question can be answered with."""
    match asked := inquiry.asked:
        case FormElicitation():
            return FormBody(asked)
        case UrlElicitation():
            return PageBody(asked, key_of("open-page"))
        case RootsRequest():
            return RootsBody(asked)
        case ToolCall():
            return ToolCallBody(asked)
        case Malformed():
            return MalformedBody(inquiry.origin.raw)


def address(page: Page) -> Content:
    """Return an address whole and revealed, its host in reverse."""
    if page.start is None:
        return plain(page.url)
    end = page.start + len(page.host)
    before, host, after = page.url[: page.start], page.url[page.start : end], page.url[end:]
    shown = Content(reveal(host, multiline=False).text).stylize("bold reverse")
    return Content("").join([plain(before), shown, plain(after)])


def _root_line(root: Root) -> Content:
    named = line(root.name, 60) + Content("  ") if root.name else Content("")
    return named + line(root.uri, 300)

"""The blocks of a conversation as fields: text, tool uses and tool results edited in place, data shown and replaced."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from ....frontend.presentation.format import pretty_json
from ....frontend.presentation.media import media_of
from ....frontend.review.request_draft import Draft
from ....frontend.review.request_fields import only_text
from ....sampling.request import AudioBlock, Block, ImageBlock, Role, ToolResultBlock, ToolUseBlock
from ...widgets.foreign_text_editor import TextBlockEditor
from ...widgets.media_view import MediaView
from ...widgets.part_widgets import part_widgets, text_widgets
from ...widgets.plain import line
from .field_frame import FieldFrame

REPLACING = "type here to send a text of yours in its place"


@dataclass(frozen=True)
class BlockFrames:
    """
    Makes the fields of one request's blocks.

    Attributes:
        editable: Whether they can be edited now.
        key_of: Returns the key of a command, as it is shown.
    """

    draft: Draft
    editable: bool
    key_of: Callable[[str], str]

    def field(self, name: str, label: Content, editor: Widget, shows: Sequence[Widget] = ()) -> FieldFrame:
        """Return a field with that editor."""
        return FieldFrame(name, label, editor, shows, key_of=self.key_of)

    def frame(self, name: str, role: Role, block: Block) -> FieldFrame:
        """Return the field of one block."""
        label = Content.from_markup("$role [dim]$field[/]", role=role, field=name)
        match block:
            case ImageBlock() | AudioBlock():
                media = media_of(block)
                assert media is not None
                return self.field(name, label, self.editor(name, REPLACING), [MediaView(media)])
            case ToolUseBlock():
                return self.field(name, label + _calls(block), self.editor(name))
            case ToolResultBlock():
                heading = label + self._result_of(block)
                shows = list(_parts(block))
                placeholder = "" if self.draft.original(name) or only_text(block) is not None else REPLACING
                return self.field(name, heading, self.editor(name, placeholder), shows)
        return self.field(name, label, self.editor(name))

    def editor(self, name: str, placeholder: str = "") -> TextBlockEditor:
        """Return the editor of a field's text."""
        return TextBlockEditor(
            self.draft.original(name),
            value=self.draft.text(name),
            placeholder=placeholder,
            read_only=not self.editable,
        )

    def _result_of(self, block: ToolResultBlock) -> Content:
        calls = [one for one in self.draft.asked.blocks if isinstance(one, ToolUseBlock)]
        named = next((one.name for one in reversed(calls) if one.id == block.tool_use_id), "an unknown tool")
        words = Content(" · result of ") + line(named, 60) + Content(" ") + line(block.tool_use_id, 40).stylize("dim")
        return words + Content.from_markup(" · [b]the tool says: error[/]") if block.is_error else words


def _calls(block: ToolUseBlock) -> Content:
    return (
        Content(" · calls ") + line(block.name, 60).stylize("bold") + Content(" ") + line(block.id, 40).stylize("dim")
    )


def _parts(block: ToolResultBlock) -> Iterator[Widget]:
    """Yield what a tool returned, part by part; nothing for a single text, which its editor shows."""
    for part in block.content if only_text(block) is None else ():
        for widget in part_widgets(part):
            yield widget.add_class("media")
    if not block.content:
        yield Static("It returned nothing.", classes="muted media")
    if block.structured_content is not None:
        yield Static("structured content:", classes="muted media")
        for widget in text_widgets(pretty_json(block.structured_content)):
            yield widget.add_class("media")

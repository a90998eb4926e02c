"""Says whether a widget has been painted whole, with all that is in it: only what was painted can be approved."""

from textual.errors import NoWidget
from textual.widget import Widget
from textual.widgets import TextArea

from .view import DocumentView


def is_painted(widget: Widget) -> bool:
    """Whether everything in a widget is laid out, and the rows that are in view have been painted where they are."""
    if not widget.display:
        return True
    if not widget.is_mounted or not widget.is_attached:
        return False
    if isinstance(widget, DocumentView | TextArea):
        try:
            shown = widget.screen.find_widget(widget).visible_region
        except NoWidget:
            return False
        if isinstance(widget, DocumentView) and shown:
            is_empty = widget.document.is_complete and not widget.document.count
            return widget.is_at_rest and (is_empty or bool(widget.document.count))
    return all(is_painted(child) for child in widget.children)


def look_again(screen: Widget) -> None:
    """Have everything painted anew in which another screen lay over documents: it was not seen."""
    for view in screen.query(DocumentView):
        view.repaint()

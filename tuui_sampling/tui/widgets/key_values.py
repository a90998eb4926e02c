"""What is known of something: a label and a value on each line."""

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.visual import VisualType
from textual.widgets import Static

from .plain import Plain


class _Fact(Horizontal):
    """One of them; not shown while there is nothing to say."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self._label = label
        self.value = Plain("", classes="fact-value")
        self.display = False

    def compose(self) -> ComposeResult:
        yield Static(self._label, markup=False, classes="fact-label")
        yield self.value


class Facts(Vertical):
    """Labels, which are ours, and values, which may be foreign. Only what differs is drawn again."""

    DEFAULT_CSS = """
    Facts {
        height: auto;
        _Fact { height: auto; }
        .fact-label { width: 14; color: $text-muted; }
        .fact-value { width: 1fr; height: auto; }
    }
    """

    def __init__(self, *labels: str) -> None:
        """Make room for these labels, in this order."""
        super().__init__()
        self._facts = {label: _Fact(label) for label in labels}
        self._values: dict[str, VisualType] = {}

    def compose(self) -> ComposeResult:
        """Lay out the lines."""
        yield from self._facts.values()

    def show(self, values: Mapping[str, VisualType]) -> None:
        """Show these values by their labels; a label with an empty value, or none, is not shown."""
        for label, fact in self._facts.items():
            value = values.get(label, "")
            if value != self._values.get(label, ""):
                fact.value.update(value)
                fact.display = value != ""
        self._values = dict(values)

"""Shows a ranked model as a row of a list."""

from dataclasses import dataclass

from textual.content import Content

from ...desk.assess import Assessment
from ...frontend.presentation.format import estimate_words
from ...sampling.note import Severity
from ...sampling.review import Ranked
from ..widgets.plain import line


@dataclass(frozen=True)
class RankedRow:
    """
    One model as a row of the choice.

    Attributes:
        model_id: What its provider calls it.
    """

    ranked: Ranked
    addressee: Assessment
    model_id: str

    @property
    def value(self) -> str:
        """The model's configured name."""
        return self.ranked.model

    def words(self, place: int) -> Content:
        """Return the row: where it is, why it stands where it stands, what it costs, what it can't carry."""
        one = self.addressee
        named = " ".join(part for part in (self.ranked.model, self.model_id, "at", one.host) if part)
        rows = [Content.from_markup("[dim]$place[/] ", place=str(place)) + line(named, 90)]
        parts = [*self.ranked.reasons, *([estimate_words(one.estimate)] if one.estimate is not None else [])]
        rows += [Content("    ") + line(" · ".join(parts), 160)] if parts else []
        if self.ranked.forbidden:
            return Content("\n").join([*rows, Content("    ✗ not for this server: allowed_models")])
        for note in one.notes:
            mark = "✗" if note.severity is Severity.BLOCK else "⚑"
            rows.append(Content(f"    {mark} ") + line(f"{note.field}: {note.text}", 160))
        return Content("\n").join(rows)

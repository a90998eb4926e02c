"""Keeps the rows of a form there that are in view or beside it, and no others, and what is in view in its place."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from textual.containers import ScrollableContainer
from textual.widget import Widget

from ...forms.filled import FieldValue
from .field_row import FieldRow
from .sections import BESIDE, Section, Sections


class NearRows:
    """
    Looks which sections of a form are near what is in view.

    Attributes:
        shown: The fields whose rows have been there.
        wanted: The field that the cursor is about to go to.
        goal: Its row, until it has come into view.
    """

    def __init__(self, form: Widget, fields: Sections) -> None:
        """Look at the sections of `fields` in `form`, which tells when something may have changed."""
        self._form = form
        self._fields = fields
        self.shown: set[FieldValue] = set()
        self.wanted: FieldValue | None = None
        self.goal: FieldRow | None = None
        self._is_looking = False
        self._anchor: FieldRow | None = None
        self._anchored_at = 0

    def begin(self) -> None:
        """Look now, and whenever the form is scrolled."""
        if (scrolled := self._scrolled) is not None:
            self._form.watch(scrolled, "scroll_y", self.look_soon, init=False)
        self.look_soon()

    def look_soon(self) -> None:
        """Look once all is laid out."""
        if not self._is_looking:
            self._is_looking = True
            self._form.call_after_refresh(self.look)

    def keep_in_place(self) -> None:
        """Keep in its place what is in view, where what is above has become higher or lower."""
        scrolled = self._scrolled
        if scrolled is not None and self._anchor is not None and self._anchor.is_attached:
            moved = _Lines.of(self._anchor, scrolled).start - self._anchored_at
            if moved:
                self._anchored_at += moved
                scrolled.scroll_relative(y=moved, animate=False)
        self.look_soon()

    @property
    def _scrolled(self) -> ScrollableContainer | None:
        """What the form scrolls in."""
        return next((one for one in self._form.ancestors if isinstance(one, ScrollableContainer)), None)

    def look(self) -> None:
        """Have the rows there that are in view or beside it, and no others."""
        self._is_looking = False
        scrolled = self._scrolled
        if scrolled is None or not self._form.is_attached or not self._form.region.size:
            return
        within = list(self._fields.all_within())
        kept = self._kept(within)
        height = scrolled.size.height
        near, far = (_Lines.of_view(scrolled, beside) for beside in (height, 3 * height))
        for some in within:
            for section, lines in _lines_of_sections(some, scrolled):
                if section in kept or near.meet(lines):
                    section.fill()
                elif lines.end > lines.start and not far.meet(lines) and not section.empty():
                    self.look_soon()
        rows = list(_rows_of(self._fields.all_within()))
        self.shown.update(row.value for row in rows)
        self._anchor_in(scrolled, rows)

    def _anchor_in(self, scrolled: Widget, rows: list[FieldRow]) -> None:
        """Remember what is in view: where the cursor is, else the first field."""
        view = _Lines.of_view(scrolled, 0)
        if (goal := self.goal) is not None and goal.has_focus_within:
            if view.meet(_Lines.of(goal, scrolled)):
                self.goal = None
            else:
                goal.scroll_visible(animate=False)  # rows have come above it since it was scrolled to
        in_view = [row for row in rows if view.meet(_Lines.of(row, scrolled))]
        self._anchor = next((row for row in in_view if row.has_focus_within), in_view[0] if in_view else None)
        if self._anchor is not None:
            self._anchored_at = _Lines.of(self._anchor, scrolled).start

    def _kept(self, within: list[Sections]) -> set[Section]:
        """Return the sections whose rows are there wherever they are: where the cursor is, or goes to next."""
        kept = {end for some in within for end in some.ends}
        focused = self._form.screen.focused
        above = set(focused.ancestors) if focused is not None else set()
        for some in within:
            for place, section in enumerate(some.sections):
                if self.wanted is not None and section.holds(self.wanted):
                    kept.add(section)
                if section in above:
                    kept.update(some.sections[max(place - BESIDE, 0) : place + BESIDE + 1])
        return kept


def _rows_of(within: Iterable[Sections]) -> Iterator[FieldRow]:
    """Return the rows of fields that are there."""
    for some in within:
        for section in some.sections:
            yield from (row for row in section.rows or () if isinstance(row, FieldRow))


@dataclass(frozen=True)
class _Lines:
    """The lines from `start` until `end` of what scrolls, counted from its top, however far it is scrolled."""

    start: int
    end: int

    @classmethod
    def of(cls, widget: Widget, scrolled: Widget) -> "_Lines":
        """Return where a widget is, since it was last laid out; none before that."""
        start = 0
        for one in widget.ancestors_with_self:
            if one is scrolled or not isinstance(one, Widget):
                break
            start += one.virtual_region.y
        return cls(start, start + widget.virtual_region.height)

    @classmethod
    def of_view(cls, scrolled: Widget, beside: int) -> "_Lines":
        """Return what is in view, and so many lines before and after it."""
        start = scrolled.scroll_offset.y
        return cls(start - beside, start + scrolled.size.height + beside)

    def meet(self, other: "_Lines") -> bool:
        """Whether there are lines that are both."""
        return self.start < other.end and other.start < self.end and other.start < other.end


def _lines_of_sections(some: Sections, scrolled: Widget) -> Iterator[tuple[Section, _Lines]]:
    """Return the sections that have parts, each with its lines."""
    start = _Lines.of(some, scrolled).start
    for section in some.sections:
        if section.parts:
            region = section.virtual_region
            yield section, _Lines(start + region.y, start + region.bottom)

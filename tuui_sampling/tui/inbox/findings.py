"""Says what the keys for findings do now: in the footer they stand only where something was found."""

from collections.abc import Callable

from ...frontend.review.found import TOLD, is_searched, is_short
from ...frontend.review.reviewing import Reviewing
from ...policy.finding import Finding, FindingKind
from ...policy.survey import in_inquiry, in_request, in_response
from ...sampling.derived.beside import SHORT
from ...sampling.inquiry import Inquiry, ToolCall
from ...sampling.review import Review
from ..widgets.footer import FooterKey, fitting
from .widgets.selected_pane import SelectedPane

NEXT_FOUND = "f"
"""The key of a document that goes to what was found."""

LESS_THAN_FINDINGS = ("edit", "choose-model", "answer-by-hand", "back-to-request", "regenerate", "ask-several")
"""Commands whose keys give way where there is no room for all, as to those for what was found; the last first."""

REPLACED = frozenset({FindingKind.SECRET, FindingKind.PERSONAL})
"""What can be replaced by a placeholder."""


class Findings:
    """What is found in what is shown, as far as that is known by now."""

    def __init__(self, reviewing: Reviewing, pane: SelectedPane) -> None:
        self._reviewing = reviewing
        self._pane = pane
        self._known: tuple[object, frozenset[FindingKind]] | None = None

    def redact_wording(self, words: str) -> str:
        """Return these words where something can be replaced."""
        return words if self._kinds() & REPLACED else ""

    def put_back_wording(self) -> str:
        """Return what putting a value back is called, where something was replaced."""
        review = self._reviewing.review
        is_replaced = review is not None and (review.redacted or self._reviewing.edits(review).draft.redacted)
        return "put back" if is_replaced else ""

    def among(self, keys: list[FooterKey], width: int, *, is_typing: bool) -> list[FooterKey]:
        """
        Return the keys of a footer, without the least of them where there is no room for all.

        Args:
            is_typing: Letters go into a text.
        """
        if not is_typing and (words := self.next_wording()):
            at = next((index for index, one in enumerate(keys) if one.id == "redact"), len(keys))
            keys.insert(at, FooterKey(NEXT_FOUND, NEXT_FOUND, words, "Go to the next note, such as of what was found."))
        return fitting(keys, width, LESS_THAN_FINDINGS)

    def next_wording(self) -> str:
        """Return what going to the next one is called, where something is told below its field."""
        return "next finding" if self._kinds() & TOLD else ""

    def _kinds(self) -> frozenset[FindingKind]:
        item, review = self._reviewing.item, self._reviewing.review
        if isinstance(item, Inquiry) and isinstance(item.asked, ToolCall) and item.phase.is_undecided:
            return self._once(item.asked, lambda: in_inquiry(item)) if len(item.origin.raw) <= SHORT else frozenset()
        if review is None or not review.phase.is_open:
            return frozenset()
        if self._pane.panel.tab == "request":
            request = self._reviewing.request(review)
            return _kinds(in_request(request)) if is_searched(request) else frozenset()
        return self._in_answer(review) if self._pane.panel.tab == "response" else frozenset()

    def _in_answer(self, review: Review) -> frozenset[FindingKind]:
        shown = self._reviewing.edits(review).shown_candidate(review)
        response = shown.response if shown is not None else None
        if response is None or not is_short(response):
            return frozenset()
        return self._once(response, lambda: in_response(response))

    def _once(self, subject: object, look: Callable[[], tuple[Finding, ...]]) -> frozenset[FindingKind]:
        """Return what is found in something, which is asked for with every change of the footer."""
        if self._known is None or self._known[0] is not subject:
            self._known = subject, _kinds(look())
        return self._known[1]


def _kinds(found: tuple[Finding, ...]) -> frozenset[FindingKind]:
    return frozenset(one.kind for one in found)

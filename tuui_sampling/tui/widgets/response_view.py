"""The second gate's view: candidates side by side, the one that is shown as it streams, then editable."""

import time
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message

from ...sampling.response import Usage
from ...sampling.review import Candidate, Phase, Review
from ..edits import BY_HAND, Edits
from ..plain import Plain, line
from ..words import stopwatch
from .block_editor import EditorScroll, TextBlockEditor
from .request_view import scrolled_through


class ResponseView(Vertical):
    """What the models (and the person) answered to one review."""

    DEFAULT_CLASSES = "response-view"

    @dataclass
    class Changed(Message):
        """The person edited the answer; the edits have it already."""

        review: int

    def __init__(self, review: Review, edits: Edits) -> None:
        """
        Show the responses of a review.

        Args:
            edits: Holds the edited texts, and receives the edits.
        """
        super().__init__()
        self._review = review
        self._edits = edits
        self._shown: tuple[object, ...] | None = None
        self._number: int | None = None
        self._seen: dict[int | None, float] = {}
        self._candidates = Plain("", id="candidates")
        self._state = Plain("", id="response-state")
        self._error = Plain("", id="response-error", classes="problem")
        self._body = EditorScroll(id="response-body", can_focus=True)
        self._stream = Plain("", limit=1_000_000)

    def compose(self) -> ComposeResult:
        """Lay out the line of candidates, the state, and the room for the text."""
        yield self._candidates
        yield self._state
        yield self._error
        yield self._body

    def on_mount(self) -> None:
        """Show what there is."""
        self.sync()

    def sync(self) -> None:
        """Bring the view up to the review's and the edits' present state. Does nothing before it is mounted."""
        if not self._body.is_mounted:
            return
        candidate = None if self._edits.by_hand else self._edits.shown_candidate(self._review)
        self._show_candidates(candidate)
        self._show_state(candidate)
        open_ = self._review.phase in (Phase.REQUEST, Phase.RESPONSE)
        number = BY_HAND if self._edits.by_hand else candidate.number if candidate else None
        streaming = candidate is not None and candidate.is_streaming
        kind = (number, streaming, open_)
        if kind != self._shown:
            self._shown = kind
            self._number = number
            self._rebuild(candidate, editable=open_)
            if not streaming:
                self._body.scroll_home(animate=False)
        elif streaming and candidate is not None:
            self._follow(candidate)

    # --- the text ---

    def _rebuild(self, candidate: Candidate | None, *, editable: bool) -> None:
        body = self._body
        body.remove_children()
        if self._edits.by_hand:
            body.mount(Plain("Your answer", classes="label"))
            editor = TextBlockEditor(
                "",
                value=self._edits.answers.get(BY_HAND, ""),
                placeholder="Write what the server shall get as the model's answer.",
                read_only=not editable,
            )
            body.mount(editor)
        elif candidate is None:
            body.mount(Plain(_nothing_yet(self._review), classes="muted"))
        elif candidate.is_streaming:
            self._stream = Plain(candidate.text, limit=1_000_000)
            body.mount(self._stream)
        else:
            self._mount_answer(body, candidate, editable=editable)

    def _mount_answer(self, body: EditorScroll, candidate: Candidate, *, editable: bool) -> None:
        if candidate.thinking:
            body.mount(Plain("thinking (not returned to the server)", classes="label"))
            body.mount(Plain("".join(candidate.thinking), classes="muted thinking"))
        if candidate.response is None:
            return
        original = candidate.response.text
        text = self._edits.answers.get(candidate.number, original)
        editor = TextBlockEditor(original, value=text, placeholder="Write the answer.", read_only=not editable)
        body.mount(Plain("answer", classes="label"))
        body.mount(editor)

    def _follow(self, candidate: Candidate) -> None:
        at_the_end = self._body.is_vertical_scroll_end
        self._stream.update(candidate.text)
        if at_the_end:  # whoever scrolled up to read stays there
            self._body.scroll_end(animate=False)

    @on(TextBlockEditor.Edited)
    def _answer_edited(self, message: TextBlockEditor.Edited) -> None:
        message.stop()
        if self._number is None:
            return
        text = message.editor.value
        candidate = self._edits.shown_candidate(self._review)
        original = candidate.response.text if self._number and candidate and candidate.response else ""
        if text == self._edits.answers.get(self._number, original):
            return
        if text == original:
            self._edits.answers.pop(self._number, None)
        else:
            self._edits.answers[self._number] = text
        self.post_message(self.Changed(self._review.id))

    def editor(self) -> TextBlockEditor | None:
        """Return the answer's editor, once there is one."""
        return next(iter(self.query(TextBlockEditor)), None)

    @property
    def seen(self) -> float:
        """How much of the answer that is shown has been on the screen, 0 to 1."""
        self._measure()
        return self._seen.get(self._number, 1.0)

    def _measure(self) -> None:
        editor = self.editor()
        if editor is None or not editor.is_mounted:
            return
        bottom = self._body.scroll_offset.y + self._body.size.height
        region = editor.virtual_region
        in_view = min(1.0, max(0.0, (bottom - region.y) / region.height)) if region.height else 0.0
        share = min(in_view, scrolled_through(editor))
        self._seen[self._number] = max(self._seen.get(self._number, 0.0), share)

    # --- the lines above ---

    def _show_candidates(self, shown: Candidate | None) -> None:
        parts = [
            Content.from_markup("[reverse] $label [/]" if one is shown else " $label ", label=_label(one))
            for one in self._review.candidates
        ]
        if self._edits.by_hand:
            parts.append(Content.from_markup("[reverse] by hand [/]"))
        self._candidates.update(Content(" ").join(parts))
        self._candidates.display = len(parts) > 1

    def _show_state(self, candidate: Candidate | None) -> None:
        self._state.display = candidate is not None
        self._error.display = candidate is not None and candidate.error is not None
        if candidate is None:
            return
        self._state.update(_state(candidate, edited=candidate.number in self._edits.answers))
        if candidate.error is not None:
            self._error.update(f"✗ {candidate.error.message}\n{candidate.error.hint}".rstrip())


def _nothing_yet(review: Review) -> str:
    if review.phase.is_open:
        return "No response yet. Approve the request, or answer by hand."
    return "This request ended without a response."


def _label(candidate: Candidate) -> str:
    sign = "…" if candidate.is_streaming else "✓" if candidate.is_whole else "✗" if candidate.response is None else "◑"
    return f"{candidate.number} {line(candidate.model, 20).plain} {sign}"


def _state(candidate: Candidate, *, edited: bool) -> Content:
    """Return the line that says how the answer came to be."""
    if candidate.is_streaming:
        running = time.monotonic() - candidate.started
        return Content(f"▍ {stopwatch(running)} · {len(candidate.text)} characters · s stops it")
    response = candidate.response
    parts = [line(response.model if response else candidate.model, 60).plain]
    if candidate.stopped:
        parts.append("partial: you stopped it")
    elif candidate.error is not None:
        parts.append("partial: it was cut off" if candidate.text else "no response")
    elif response is not None:
        parts.append(line(response.stop_reason or "no stop reason", 40).plain)
    parts += [_tokens(candidate.usage)] if candidate.usage else []
    parts.append(f"{candidate.elapsed or 0:.1f} s")
    text = Content(" · ".join(parts))
    return text + Content.from_markup(" · [b]✎ edited[/]") if edited else text


def _tokens(usage: Usage) -> str:
    cached = f" ({usage.cached_input_tokens} cached)" if usage.cached_input_tokens else ""
    return f"{usage.input_tokens} tokens in{cached}, {usage.output_tokens} out"

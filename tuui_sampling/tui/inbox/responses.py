"""The commands of the Inbox about several responses: asking for them, looking at them, stopping and merging them."""

from dataclasses import replace

from textual.binding import Binding

from ...frontend.presentation.candidates import label
from ...sampling.decision import SendAgain, Stop
from ...sampling.phase import Gate, Phase
from ...sampling.request import TextBlock
from ...sampling.review import Candidate, Review
from ..dialogs.basic import Choice, Choose
from ..dialogs.choose_several import ChooseSeveral, several_choices
from ..widgets.foreign_text_editor import TextBlockEditor
from ..widgets.plain import line
from .navigation import InboxMoving
from .view import WIDE

PREVIEW = 100
"""Characters of a response that a choice of them shows."""


class InboxCandidates(InboxMoving):
    """What can be done about the responses of the selected review, short of a decision."""

    def _worded(self, binding: Binding) -> Binding:
        """Leave the footer of a narrow terminal its room at the second gate, where more is to be decided."""
        worded = super()._worded(binding)
        second = self.review is not None and self.review.gate is Gate.RESPONSE
        crowded = binding.action == "ask_several" and second and self.size.width < WIDE
        return replace(worded, show=False) if crowded else worded

    def action_ask_several(self) -> None:
        """Offer the configured models, of which several can be chosen."""
        review = self.review
        if review is None:
            return
        edits = self.edits(review)
        built = edits.draft.build()
        request = review.asked if isinstance(built, list) else built
        models = self.backend.models.names
        offered = [self.addressee(name, request, review.origin.server) for name in models]
        preset = edits.models if edits.others else self.backend.settings.ask_several or edits.models
        self.port.ask(
            ChooseSeveral(
                f"Which models shall answer #{review.id} at once? Nothing is sent yet.",
                several_choices(offered, self.backend.models),
                preset,
            ),
            lambda names: self._use_models(review, names) if names else None,
        )

    def _use_models(self, review: Review, names: tuple[str, ...]) -> None:
        edits = self.edits(review)
        edits.draft.model, edits.others = names[0], names[1:]
        self.show_item()
        if review.gate is Gate.RESPONSE:
            self.say(f"{self.port.key_of('regenerate')} asks {', '.join(names)}.")

    def action_stop(self) -> None:
        """Stop the response that is shown."""
        review = self.review
        if review is None:
            return
        shown = self.edits(review).shown_candidate(review)
        writing = [one for one in review.candidates if one.is_streaming]
        if len(writing) < 2:
            self.stop(review, Stop())
        elif shown in writing:
            self.stop(review, Stop(shown.number))
        else:
            self.say(f"This one has ended. {self.port.key_of('stop-all')} stops those that are being written.")

    def action_send_again(self) -> None:
        """Send what the server has not taken again."""
        item = self.item
        if item is None or not self.backend.desk.settle(item.id, Gate.RESPONSE, SendAgain()):
            self.say("It can't be sent again: the server no longer waits for it.")

    def action_copy_text(self) -> None:
        """Copy what is selected; where nothing is, stop what is being written, as this key does in a shell."""
        review = self.review
        if self.get_selected_text() is None and review is not None and review.phase is Phase.GENERATING:
            self.action_stop()
        else:
            super().action_copy_text()

    def action_stop_all(self) -> None:
        """Stop every response that is being written."""
        if self.review is not None:
            self.stop(self.review, Stop())

    def stop(self, review: Review, decision: Stop) -> None:
        """Have the desk stop what is being written."""
        raise NotImplementedError

    # --- which is shown ---

    def action_next_candidate(self) -> None:
        """Show the next response."""
        self._step_candidate(1)

    def action_previous_candidate(self) -> None:
        """Show the response before this one."""
        self._step_candidate(-1)

    def _step_candidate(self, by: int) -> None:
        review = self.review
        if review is None or not review.candidates:
            return
        shown = self.edits(review).shown_candidate(review)
        at = review.candidates.index(shown) if shown else 0
        self.action_show_candidate(review.candidates[(at + by) % len(review.candidates)].number)

    def action_show_candidate(self, number: int) -> None:
        """Show the response of that number."""
        review = self.review
        if review is not None:
            edits = self.edits(review)
            edits.candidate, edits.by_hand = number, False
            self.review_panel.tab = "response"
            self.show_item()

    def action_edit(self) -> None:
        """Put the cursor into the first text; of responses that stand side by side, into the selected one."""
        review = self.review
        if review is not None and self.edits(review).comparing:
            self.action_compare()
        super().action_edit()

    def action_compare(self) -> None:
        """Show the responses side by side, or only one again."""
        review = self.review
        if review is not None:
            edits = self.edits(review)
            edits.comparing = not edits.comparing
            self.set_focus(None)
            self.review_panel.tab = "response"
            self.show_item()

    # --- tool uses, and texts of several ---

    def action_leave_out(self) -> None:
        """Leave out the block, tool or tool use that the cursor is in, or put it back."""
        if not self.review_panel.leave_out(self.focused):
            self.say("Put the cursor into what shall be left out first.")

    def action_insert_response(self) -> None:
        """Insert the text of another response into the one that is shown, at the cursor."""
        review = self.review
        editor = self.review_panel.answer_editor(self.focused) if self.tab == "response" else None
        if review is None or editor is None:
            self.say("Show a response with a text first.")
            return
        edits = self.edits(review)
        shown = None if edits.by_hand else edits.shown_candidate(review)
        texts = {str(one.number): _text(one) for one in review.candidates if one is not shown and _text(one)}
        if not texts:
            self.say("There is no other response with a text.")
            return
        choices = [
            Choice(number, line(label(candidate, None), 40).append(": ").append(line(texts[number], PREVIEW)))
            for candidate in review.candidates
            if (number := str(candidate.number)) in texts
        ]
        self.port.ask(
            Choose("Whose text shall be inserted at the cursor?", choices),
            lambda number: _insert(editor, texts[number]) if number is not None else None,
        )


def _text(candidate: Candidate) -> str:
    blocks = candidate.response.blocks if candidate.response is not None else ()
    return "\n\n".join(block.text for block in blocks if isinstance(block, TextBlock) and block.text)


def _insert(editor: TextBlockEditor, text: str) -> None:
    if editor.text_area is not None:
        editor.text_area.insert(text)
    else:
        editor.replace(f"{editor.value}\n\n{text}")

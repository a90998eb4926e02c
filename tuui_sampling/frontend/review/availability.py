"""Says why something can't be done about what is selected: a sentence, or nothing where it can be done."""

from collections.abc import Callable

from ...sampling.checks.url_check import look_at
from ...sampling.inquiry import Inquiry, Malformed, RootsRequest, ToolCall, UrlElicitation
from ...sampling.phase import Phase
from ...sampling.review import Review
from ..presentation.media import holds_media

Selected = Review | Inquiry | None
WhyNot = Callable[[Selected], str]

NOTHING = "No request is selected."
NOT_FOR_QUESTIONS = "This is a question to you: no model is asked."
ONLY_FOR_QUESTIONS = "This is a request for a model, not a question to you."

_STANDS = {
    Phase.READING: "It is long, and still being read: it can be decided about in a moment.",
    Phase.REQUEST: "No model has been asked yet: the request waits for you.",
    Phase.GENERATING: "The model is writing.",
    Phase.SENDING: "The response is on its way to the server.",
    Phase.UNDELIVERED: "The server has not taken the response.",
    Phase.RESPONSE: "The model has answered: the response waits for you.",
}


def anything(item: Selected) -> str:
    """For what needs no more than that something is selected."""
    return NOTHING if item is None else ""


def not_a_question(item: Selected) -> str:
    """For what there is of a request only, whether one is selected or none."""
    return NOT_FOR_QUESTIONS if isinstance(item, Inquiry) else ""


def review_in(*phases: Phase) -> WhyNot:
    """Return the condition of what can be done about a review in those phases, and about no inquiry."""

    def why_not(item: Selected) -> str:
        if item is None:
            return NOTHING
        return not_a_question(item) or ("" if item.phase in phases else stands(item))

    return why_not


at_a_gate = review_in(Phase.REQUEST, Phase.RESPONSE)
at_the_response = review_in(Phase.RESPONSE)
while_writing = review_in(Phase.GENERATING)
after_the_request = review_in(Phase.GENERATING, Phase.RESPONSE)
while_open = review_in(Phase.REQUEST, Phase.GENERATING, Phase.RESPONSE)


def approvable(item: Selected) -> str:
    """For what decides about a review at a gate, or about an open inquiry."""
    return open_inquiry(item) if isinstance(item, Inquiry) else at_a_gate(item)


def refusable(item: Selected) -> str:
    """For what refuses an open review or inquiry."""
    return open_inquiry(item) if isinstance(item, Inquiry) else while_open(item)


def editable(item: Selected) -> str:
    """For what edits a text or an answer."""
    if isinstance(item, Inquiry) and isinstance(item.asked, UrlElicitation):
        return "There is nothing to fill in: it is a yes or a no."
    if isinstance(item, Inquiry) and isinstance(item.asked, Malformed):
        return "There is nothing to fill in: it breaks the specification, and can only be refused."
    return approvable(item)


def redactable(item: Selected) -> str:
    """For what replaces values that are found in what goes out."""
    if isinstance(item, Inquiry) and not isinstance(item.asked, ToolCall):
        return "Nothing of what is found goes out with your answer."
    return approvable(item)


def dismissable(item: Selected) -> str:
    """For what closes a question without a yes or a no."""
    if isinstance(item, Inquiry) and isinstance(item.asked, RootsRequest):
        return "Roots are shared or refused; the protocol has no third answer."
    return open_inquiry(item)


def undelivered(item: Selected) -> str:
    """For what sends a response again."""
    if item is None:
        return NOTHING
    return "" if item.phase is Phase.UNDELIVERED else "No response of it was refused by the server."


def page_to_open(item: Selected) -> str:
    """For what opens a page; also after the answer, since the visit comes after it."""
    if item is None:
        return NOTHING
    if not isinstance(item, Inquiry):
        return ONLY_FOR_QUESTIONS
    if not isinstance(item.asked, UrlElicitation):
        return "It names no page to open."
    obstacle = look_at(item.asked.url).obstacle
    return not_opened(obstacle) if obstacle else ""


def not_opened(obstacle: str) -> str:
    """Return that a page is not opened by us, and why."""
    return f"It can't be opened from here: {obstacle}"


def open_inquiry(item: Selected) -> str:
    """For what answers a question."""
    if item is None:
        return NOTHING
    if not isinstance(item, Inquiry):
        return ONLY_FOR_QUESTIONS
    return "" if item.phase is Phase.REQUEST else stands(item)


def several_responses(item: Selected) -> str:
    """For what goes from one response to another."""
    if item is None:
        return NOTHING
    if isinstance(item, Inquiry):
        return NOT_FOR_QUESTIONS
    return "" if len(item.candidates) > 1 else "There is no other response."


def several_writing(item: Selected) -> str:
    """For what stops more than one response."""
    if item is None:
        return NOTHING
    if isinstance(item, Inquiry):
        return NOT_FOR_QUESTIONS
    writing = sum(one.is_streaming for one in item.candidates)
    if writing > 1:
        return ""
    return "Only one response is being written." if writing else "No response is being written."


def data_to_save(item: Selected) -> str:
    """For what saves a picture, a sound or other data."""
    if item is None:
        return NOTHING
    if isinstance(item, Inquiry):
        return NOT_FOR_QUESTIONS
    return "" if holds_media(item) else "It holds nothing that could be saved to a file."


def became(item: Review | Inquiry) -> str:
    """Return what has become of something while the person was at it."""
    return f"#{item.id} has moved on" if item.phase.is_open else f"#{item.id} is {item.phase}"


def stands(item: Review | Inquiry) -> str:
    """Return how far something is, as a sentence."""
    return _STANDS.get(item.phase, f"It has ended: {item.phase}.")

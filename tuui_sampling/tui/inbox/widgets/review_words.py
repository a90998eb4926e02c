"""The words of a review's panel: which models are asked, and whose turn it is."""

from collections.abc import Sequence

from textual.content import Content

from ....desk.assess import Assessment
from ....frontend.presentation.format import estimate_words
from ....frontend.review.model_ranking import YOUR_CHOICE
from ....frontend.review.proposal import Edits, has_failed
from ....sampling.item import Item
from ....sampling.phase import Phase
from ....sampling.review import CALLING, Review
from ...widgets.plain import line
from .panel_title import Words


def model_line(review: Review, edits: Edits, addressees: Sequence[Assessment]) -> Content:
    """Return the models that would be asked, each with its host and price."""
    if not addressees and review.phase is Phase.READING:
        return Content("model   being chosen")
    if not addressees:
        return Content("model   none is configured: answer by hand, or reject")
    if len(addressees) > 1:
        return Content("\n").join(
            [Content(f"models  {len(addressees)} are asked at once")]
            + [Content.from_markup("        [b]$model[/] at [b]$host[/]$price", **_names(one)) for one in addressees]
        )
    selection = review.selection
    proposed = selection is not None and selection.model == edits.draft.model
    reason = edits.draft.reason or (selection.reason if selection is not None and proposed else YOUR_CHOICE)
    return Content.from_markup(
        "model   [b]$model[/] at [b]$host[/] · $reason$price", reason=line(reason, 60).plain, **_names(addressees[0])
    )


def _names(one: Assessment) -> dict[str, str]:
    price = f" · {estimate_words(one.estimate)}" if one.estimate is not None else ""
    return {"model": line(one.model, 40).plain, "host": line(one.host, 60).plain, "price": price}


def turn_words(review: Review, edits: Edits | None, approve_key: str) -> Words:
    """Return whose turn it is; after a failure, what approving would do."""
    if edits is not None and has_failed(review, edits) and (model := edits.draft.model) is not None:
        failed = edits.shown_candidate(review)
        again = " again" if failed is not None and failed.model == model else ""
        return Words(f"✗ no response: {line(f'{approve_key} asks {model}{again}', 60).plain}", "✗ no response")
    if edits is not None and edits.by_hand and review.gate is not None:
        return Words("your turn: your own answer", "your own answer")
    match review.phase:
        case Phase.READING:
            return Words("it is being read", "being read")
        case Phase.REQUEST:
            return Words("your turn: the request", "your turn")
        case Phase.GENERATING:
            return _at_work(review)
        case Phase.RESPONSE:
            return Words("your turn: the response", "your turn")
        case Phase.SENDING:
            return Words("the response is on its way", "it is on its way")
    return Words(str(review.phase), str(review.phase))


def waits_because(item: Item) -> list[str]:
    """Return the line that says why it waits for the person, where rules have to do with that."""
    is_asked = item.phase in (Phase.REQUEST, Phase.RESPONSE)
    return [f"waits for you: {item.why_asked}"] if is_asked and item.why_asked else []


def _at_work(review: Review) -> Words:
    """Return what is waited for while a model writes, or an agent's call is decided about or made."""
    step = next((one.steps[-1] for one in review.candidates if one.is_streaming and one.steps), None)
    if step is None or not step.tool or step.verdict not in ("", CALLING):
        return Words("the model is writing", "it is writing")
    tool = line(f"{step.server} › {step.tool}", 60).plain
    return Words(f"its agent calls {tool}", "a call") if step.verdict else Words(f"your turn: {tool}", "your turn")

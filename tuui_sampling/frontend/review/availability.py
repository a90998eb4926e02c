"""Which commands of the Inbox are possible for what is selected: footer and palette show only those."""

from ...sampling.inquiry import Inquiry, RootsRequest, UrlElicitation
from ...sampling.phase import Phase
from ...sampling.review import Review
from ...sampling.url_check import look_at
from ..presentation.media import holds_media

_OPEN = (Phase.REQUEST, Phase.GENERATING, Phase.RESPONSE)
_AT_A_GATE = (Phase.REQUEST, Phase.RESPONSE)

IN_PHASES: dict[str, tuple[Phase, ...]] = {
    "approve": _AT_A_GATE,
    "reject": _OPEN,
    "reject_with_reason": _OPEN,
    "choose_model": _AT_A_GATE,
    "ask_several": _AT_A_GATE,
    "answer_by_hand": _AT_A_GATE,
    "regenerate": (Phase.RESPONSE,),
    "stop": (Phase.GENERATING,),
    "send_again": (Phase.UNDELIVERED,),
    "back_to_request": (Phase.GENERATING, Phase.RESPONSE),
    "edit": _AT_A_GATE,
    "leave_out": _AT_A_GATE,
    "insert_response": _AT_A_GATE,
    "show_message": tuple(Phase),
    "pause_its_server": tuple(Phase),
}
"""When a review can be dealt with in which way; what is not named here is always possible for one."""

NOT_FOR_INQUIRIES = frozenset(
    {
        *("reject_with_reason", "choose_model", "answer_by_hand", "regenerate", "stop", "back_to_request"),
        *("show_response", "show_changes", "next_candidate", "previous_candidate"),
        *("ask_several", "stop_all", "leave_out", "insert_response", "compare", "save_media"),
    }
)
ONLY_FOR_INQUIRIES = frozenset({"dismiss_question", "open_page"})


def is_possible(item: Review | Inquiry | None, action: str) -> bool:
    """Return whether an action is possible for the selected item; None means that nothing is selected."""
    if isinstance(item, Inquiry):
        return _is_possible_for_an_inquiry(item, action)
    if action in ONLY_FOR_INQUIRIES:
        return False
    if action in IN_PHASES:
        return item is not None and item.phase in IN_PHASES[action]
    if action in ("next_candidate", "previous_candidate", "compare"):
        return item is not None and len(item.candidates) > 1
    if action == "save_media":
        return item is not None and holds_media(item)
    if action == "stop_all":
        return item is not None and sum(one.is_streaming for one in item.candidates) > 1
    return True


def _is_possible_for_an_inquiry(inquiry: Inquiry, action: str) -> bool:
    if action in NOT_FOR_INQUIRIES:
        return False
    asked = inquiry.asked
    match action:
        case "dismiss_question":
            return inquiry.phase is Phase.REQUEST and not isinstance(asked, RootsRequest)
        case "open_page":  # also after the answer: the visit comes after it
            return isinstance(asked, UrlElicitation) and not look_at(asked.url).obstacle
        case "edit" if isinstance(asked, UrlElicitation):
            return False  # there is only a yes or a no
        case "approve" | "reject" | "edit":
            return inquiry.phase is Phase.REQUEST
        case "send_again":
            return inquiry.phase is Phase.UNDELIVERED
    return True

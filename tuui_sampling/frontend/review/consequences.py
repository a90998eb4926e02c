"""The lines below what is selected: what the keys would do now, or how it ended."""

from collections.abc import Callable, Sequence

from ...sampling.inquiry import Inquiry, Malformed, RootsRequest, ToolCall, UrlElicitation
from ...sampling.item import Item
from ...sampling.phase import Gate, Phase
from ...sampling.response import HUMAN_MODEL
from ...sampling.review import Review
from ..policy.notices import decided_words, follower_words
from ..queue.order import consequence
from .inquiry_answer import how_it_ended, state_word
from .proposal import Proposal

Keys = Callable[[str], str]
"""The key of a command, as it is shown."""


def effect_lines(
    item: Review | Inquiry,
    now: Proposal,
    items: Sequence[Item],
    key_of: Keys,
    *,
    identical: int = 0,
    awaits_turn: bool = False,
) -> str:
    """
    Return the lines. They may hold foreign text.

    Args:
        items: All that is on the desk.
        identical: So many identical requests the row of this one stands for, which a refusal leaves waiting.
        awaits_turn: Its answer calls tools, and the next turn of its loop is waited for.
    """
    if awaits_turn and not item.phase.is_open:
        of = f"of {item.origin.tool}" if item.origin.tool else "of its loop"
        return f"{_end(item)}\nwaiting for the next turn {of}; {key_of('next-request')} goes on"
    if not item.phase.is_open:
        waiting = sum(other.phase.is_undecided for other in items)
        which = "the one that waits" if waiting == 1 else f"the next of {waiting} that wait"
        after = f"{key_of('next-request')} shows {which} · " if waiting else ""
        shows = f"{key_of('show-servers')} shows what became of the call"
        return f"{_end(item)}\n{after}{'no call of yours waits for it' if item.origin.unsolicited else shows}"
    if item.phase is Phase.READING:
        return f"{now.obstacle}\n{era_words(item)}"
    effect = f"{key_of('approve')} {now.effect}" if now.decision else _waited_for(item, items, key_of) or now.obstacle
    of_agent = isinstance(item, Inquiry) and isinstance(item.asked, ToolCall)
    era = "" if of_agent else f" · {era_words(item)}"
    return f"{effect}\n{refusal_words(item, items, key_of)}{wait_on(identical)}{era}"


def wait_on(count: int) -> str:
    """Return that identical requests get nothing by what is decided about one; nothing where there is none."""
    if not count:
        return ""
    return "; 1 identical request waits on" if count == 1 else f"; {count} identical requests wait on"


def _waited_for(item: Review | Inquiry, items: Sequence[Item], key_of: Keys) -> str:
    """Return what an agent waits for that the person has to decide first; empty where it is nothing."""
    waits = [
        other for other in items if other.phase in (Phase.REQUEST, Phase.RESPONSE) and _is_within(other, item, items)
    ]
    numbers = ", ".join(f"#{other.id}" for other in waits)
    return f"Its agent waits for your decision about {numbers}: {key_of('next-request')}" if waits else ""


def _is_within(item: Item, review: Item, items: Sequence[Item]) -> bool:
    """Whether something is wanted by the agent that answers a review, or by a tool that this agent has called."""
    cause: Item | None = item.cause if isinstance(item, Review) else None
    if isinstance(item, Inquiry) and isinstance(asked := item.asked, ToolCall):
        cause = next((one for one in items if one.id == asked.review), None)
    return cause is not None and (cause is review or _is_within(cause, review, items))


def refusal_words(item: Review | Inquiry, items: Sequence[Item], key_of: Keys) -> str:
    """Return what refusing would put on the wire, and do to what came together with it."""
    key = key_of("reject")
    if isinstance(item, Inquiry) and isinstance(item.asked, ToolCall):
        stops = f"{key_of('dismiss-question')} stops the agent"
        return f"{key} refuses: the agent is told (with your text, if any) and goes on · {stops}"
    if isinstance(item, Inquiry) and isinstance(item.asked, Malformed) and not item.origin.modern:
        no = "“decline”" if item.asked.method == "elicitation/create" else "-1"
        return f"{key} rejects: sends {no} · {key_of('dismiss-question')} refuses it as invalid: sends -32602"
    if isinstance(item, Review) or isinstance(item.asked, RootsRequest | Malformed):
        rejects = "rejects" if isinstance(item, Review) else "refuses"
        if not item.origin.modern:
            return f"{key} {rejects}: sends -1"
        lost = consequence(item, items)
        if lost:
            return f"{key} {rejects}: nothing is sent, the call is not made again, {lost}"
        return f"{key} {rejects}: ends the call here; nothing is sent"
    if isinstance(item.asked, UrlElicitation) and item.asked.in_error:
        return f"{key} declines: nothing is sent, the call has failed"
    return f"{key} declines: sends “decline” · {key_of('dismiss-question')} dismisses: sends “cancel”"


def era_words(item: Item) -> str:
    """Return the era of the protocol that it came in, which decides what a refusal means."""
    return f"{'modern' if item.origin.modern else 'legacy'} era, {item.origin.protocol_version}"


def _end(item: Review | Inquiry) -> str:
    if isinstance(item, Inquiry):
        ended = ": ".join(part for part in (state_word(item), how_it_ended(item)) if part)
    else:
        ended = f"{item.phase}: {_how_it_ended(item)}"
    by_rule = decided_words(item)
    if by_rule.removeprefix("by ") in ended:  # the reason of a rejection says so
        by_rule = ""
    return " · ".join(filter(None, (ended, by_rule, follower_words(item))))


def _how_it_ended(review: Review) -> str:
    outcome = review.outcome
    if outcome is None:
        return ""
    if outcome.phase is Phase.DELIVERED:
        if outcome.model == HUMAN_MODEL:
            return "the server has your own answer"
        edited = outcome.response not in [candidate.response for candidate in review.candidates]
        return f"the server has {'your edited' if edited else 'the'} response of {outcome.model}"
    if outcome.phase is Phase.UNDELIVERED:
        return f"the server has not taken the response of {outcome.model}: {outcome.reason}"
    if outcome.gate is None:
        return outcome.reason
    answered = outcome.gate is Gate.RESPONSE or bool(review.candidates)
    what = "the response was not returned" if answered else "no model was asked"
    return "; ".join(part for part in (what, outcome.reason) if part)

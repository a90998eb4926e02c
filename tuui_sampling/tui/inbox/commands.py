"""Lists the commands of the Inbox, each with what it does, why it is not possible, and what it is called now."""

from collections.abc import Callable
from dataclasses import dataclass

from ...backend import Backend
from ...config.paths import state_dir
from ...frontend.queue.batch import Batch
from ...frontend.queue.duplicates import Duplicates
from ...frontend.review import availability as can
from ...frontend.review.availability import WhyNot
from ...frontend.review.drafts import DraftFolder
from ...frontend.review.reviewing import Reviewing
from ..commands import Command
from ..port import AppPort
from .attaching import Attaching
from .batches import Batches
from .deciding_ahead import DecidingAhead
from .decisions import Decisions
from .drafts import Drafts
from .editing import Editing
from .findings import Findings
from .looking import Looking
from .models import ModelCommands
from .navigation import Navigation
from .responses import Responses
from .view import InboxView
from .widgets.queue_pane import QueuePane
from .widgets.selected_pane import SelectedPane


@dataclass(frozen=True)
class InboxGroups:
    """What the commands of the Inbox act on."""

    reviewing: Reviewing
    decisions: Decisions
    models: ModelCommands
    responses: Responses
    editing: Editing
    findings: Findings
    navigation: Navigation
    looking: Looking
    drafts: Drafts
    listed: QueuePane
    ahead: DecidingAhead
    attaching: Attaching
    batches: Batches

    def search(self) -> None:
        """Filter the list; where only the request is shown, search that."""
        if self.listed.is_shown:
            self.listed.filter()
        else:
            self.looking.search()


Why = Callable[[InboxGroups], str]


def _if(*conditions: WhyNot) -> Why:
    """Return why something can't be done about what is selected."""
    return lambda its: next(filter(None, (why_not(its.reviewing.item) for why_not in conditions)), "")


def _if_seen(*conditions: WhyNot) -> Why:
    """Return the same for what needs a look: nothing may lie over what it is done with."""
    return lambda its: its.listed.why_covered() or _if(*conditions)(its)


def _all(*conditions: Why) -> Why:
    """Return the first reason that one of several has."""
    return lambda its: next(filter(None, (why_not(its) for why_not in conditions)), "")


def _unless_out_of_view(why: Why) -> Why:
    """Return the same for what needs no look at the whole: at least the row of what it is done with is in view."""
    return _all(why, lambda its: its.listed.why_out_of_view())


def inbox_groups(
    backend: Backend,
    reviewing: Reviewing,
    duplicates: Duplicates,
    listed: QueuePane,
    pane: SelectedPane,
    view: InboxView,
    port: AppPort,
) -> InboxGroups:
    """Make the groups of the Inbox, each with what it needs."""
    models, supervisor = backend.models, backend.supervisor
    navigation = Navigation(
        reviewing, duplicates, listed, supervisor, view, port, advances=lambda: backend.settings.interface.advance
    )
    batch = Batch(backend.desk, reviewing.listing)
    drafts = Drafts(reviewing, backend.desk, DraftFolder(state_dir() / "drafts"), pane, view, port)
    decisions = Decisions(reviewing, backend.desk, pane, view, port, drafts)
    responses = Responses(reviewing, models, lambda: backend.settings.ask_several, decisions, pane, view, port)
    return InboxGroups(
        reviewing,
        decisions,
        ModelCommands(reviewing, models, view, port),
        responses,
        Editing(reviewing, responses, listed, pane, view, port),
        Findings(reviewing, pane),
        navigation,
        Looking(reviewing, supervisor, pane, port),
        drafts,
        listed,
        DecidingAhead(backend, reviewing, batch, drafts, pane, view, port),
        Attaching(backend, reviewing, pane, view, port),
        Batches(reviewing, backend.desk, batch, drafts, view, port),
    )


_Command = Command[InboxGroups]

COMMANDS: tuple[Command[InboxGroups], ...] = (
    # decisions
    _Command("approve", "ctrl+g", "approve", "Send what is shown: the request to the model, the response or your answer to the server.", "inbox", lambda its: its.decisions.approve(), _if_seen(can.approvable), lambda its: its.decisions.approve_wording(), decides=True),
    _Command("reject", "ctrl+r", "reject", "Refuse: the server gets -1 “User rejected sampling request”, or “decline” for a question.", "inbox", lambda its: its.decisions.reject(), _unless_out_of_view(_if(can.refusable)), lambda its: its.decisions.reject_wording(), decides=True),
    _Command("reject-with-reason", "X", "reject…", "Refuse, and note a reason for the history; it is not sent.", "inbox", lambda its: its.decisions.reject_with_reason(), _unless_out_of_view(_if(can.while_open)), shown=False),
    _Command("dismiss-question", "D", "dismiss", "Close a question without a yes or a no; the server gets “cancel”.", "inbox", lambda its: its.decisions.dismiss_question(), _unless_out_of_view(_if(can.dismissable)), lambda its: its.decisions.dismiss_wording()),
    _Command("open-page", "o", "open page", "Open the page that a server wants visited in your browser.", "inbox", lambda its: its.decisions.open_page(), _if_seen(can.page_to_open)),
    _Command("choose-model", "ctrl+l,m", "model", "Choose the model that is to answer.", "inbox", lambda its: its.models.choose(), _all(_if_seen(can.at_a_gate), lambda its: its.models.why_not_choose())),
    _Command("answer-by-hand", "ctrl+t,h", "by hand", "Write the answer yourself: you are the model.", "inbox", lambda its: its.decisions.answer_by_hand(), _if_seen(can.at_a_gate)),
    _Command("regenerate", "f5", "again", "Ask the model again; earlier responses are kept.", "inbox", lambda its: its.decisions.regenerate(), _if_seen(can.at_the_response), decides=True),
    _Command("ask-several", "a", "ask several", "Choose several models that are sent the request at once; nothing is sent yet.", "inbox", lambda its: its.responses.ask_several(), _all(_if(can.at_a_gate), lambda its: its.responses.why_not_several()), lambda its: its.responses.several_wording()),
    _Command("stop", "s", "stop", "Stop the response that is being written; what has arrived stays.", "inbox", lambda its: its.responses.stop(), _if(can.while_writing)),
    _Command("stop-all", "S", "stop all", "Stop every response that is being written; what has arrived stays.", "inbox", lambda its: its.responses.stop_all(), _if(can.several_writing)),
    _Command("send-again", "f6", "send again", "Send a response again that the server has not taken.", "inbox", lambda its: its.decisions.send_again(), _if(can.undelivered)),
    _Command("back-to-request", "b", "back", "Go back to the request; responses are kept.", "inbox", lambda its: its.decisions.back_to_request(), _if(can.after_the_request)),
    _Command("make-rule", "A", "rule…", "Make a rule of what is selected: it decides what looks like this from now on.", "inbox", lambda its: its.ahead.make_rule(), _all(_if_seen(can.anything), lambda its: its.ahead.why_not_rule()), shown=False),
    _Command("reject-all", "R", "reject all", "Refuse everything that waits of this request's server; asks first.", "inbox", lambda its: its.ahead.reject_all(), lambda its: its.ahead.why_not_reject_all(), shown=False),
    _Command("mark", "space", "mark", "Mark this request, or response, to be decided together with others of its server and tool.", "inbox", lambda its: its.batches.mark(), _unless_out_of_view(lambda its: its.batches.why_not_mark()), shown=False),
    _Command("decide-marked", "B", "marked…", "Show what is marked side by side, and send, return or reject all of it.", "inbox", lambda its: its.batches.decide(), lambda its: its.batches.why_not_decide(), shown=False),
    # editing and looking
    _Command("edit", "e,enter", "edit", "Put the cursor into the first text.", "inbox", lambda its: its.editing.edit(), lambda its: its.editing.why_not_edit(), lambda its: its.editing.edit_wording()),
    _Command("revert-field", "f10", "revert", "Put the original back into the field that has the focus.", "inbox", lambda its: its.editing.revert_field(), _if_seen(can.anything), shown=False),
    _Command("external-editor", "ctrl+o", "$EDITOR", "Edit the text that has the focus in $VISUAL or $EDITOR.", "inbox", lambda its: its.editing.edit_outside(), _if_seen(can.anything), shown=False),
    _Command("leave-out", "f8", "leave out", "Leave out the block or the tool that the cursor is in, or put it back.", "inbox", lambda its: its.editing.leave_out(), _if(can.at_a_gate), shown=False),
    _Command("attach", "at", "attach…", "Add a resource, the result of a call, a file or the clipboard to the request; you pick it, and nothing is sent yet.", "inbox", lambda its: its.attaching.attach(), _all(_if_seen(can.at_a_gate), lambda its: its.attaching.why_not()), shown=False),
    _Command("redact", "x", "redact", "Replace the secret or personal data that the cursor is at, or the next, by a placeholder.", "inbox", lambda its: its.editing.redact("finding"), _if(can.redactable), lambda its: its.findings.redact_wording("redact")),
    _Command("redact-field", "K", "redact field", "Replace all secrets and personal data of that field by placeholders.", "inbox", lambda its: its.editing.redact("field"), _if(can.redactable), shown=False),
    _Command("redact-all", "Z", "redact all", "Replace secrets and personal data in all of what is shown by placeholders.", "inbox", lambda its: its.editing.redact("all"), _if(can.redactable), lambda its: its.findings.redact_wording("redact all")),
    _Command("put-back", "v", "put back", "Put the value of the placeholder that the cursor is at, or of the next, back; in a response, or take it out again.", "inbox", lambda its: its.editing.put_back(), _if(can.redactable), lambda its: its.findings.put_back_wording()),
    _Command("insert-response", "plus,f9", "insert…", "Insert the text of another response at the cursor.", "inbox", lambda its: its.editing.insert_response(), _if(can.at_a_gate), shown=False),
    _Command("restore-draft", "d", "restore draft", "Do again what you had edited of this request before the program ended, or the request went.", "inbox", lambda its: its.drafts.restore(), lambda its: its.drafts.why_not()),
    _Command("compare", "c", "compare", "Show the responses side by side, or only one again.", "inbox", lambda its: its.responses.compare(), _if(can.several_responses), if_wide=True),
    _Command("save-media", "w", "save", "Save a picture, a sound or other data of this request to a file.", "inbox", lambda its: its.looking.save_media(), _if(can.data_to_save), shown=False),
    _Command("next-request", "ctrl+n,right_square_bracket", "next", "Show the next request that waits.", "inbox", lambda its: its.navigation.step(1), lambda its: its.navigation.why_not_step(), shown=False),
    _Command("previous-request", "left_square_bracket", "previous", "Show the request before this one.", "inbox", lambda its: its.navigation.step(-1), lambda its: its.navigation.why_not_step(), shown=False),
    _Command("toggle-queue", "l", "queue", "Show or hide the list of requests (in a narrow terminal).", "inbox", lambda its: its.listed.turn(), shown=False),
    _Command("filter-queue", "slash", "filter", "Show only some of the requests: words of them, their server or tool, waits, edited, risk. In a text, search it.", "inbox", lambda its: its.search(), shown=False),
    _Command("sort-queue", "O", "order", "Order the list by deadline, arrival, server or priority: by what comes next.", "inbox", lambda its: its.listed.turn_sort(), shown=False),
    _Command("narrow-queue", "less_than_sign", "narrower list", "Make the list of requests narrower; that is remembered.", "inbox", lambda its: its.listed.widen(-4), lambda its: its.listed.why_no_width(), shown=False),
    _Command("widen-queue", "greater_than_sign", "wider list", "Make the list of requests wider; that is remembered.", "inbox", lambda its: its.listed.widen(4), lambda its: its.listed.why_no_width(), shown=False),
    _Command("unfold-identical", "right", "unfold", "List each of the identical requests that share a row (×2), or fold them into one again.", "inbox", lambda its: its.navigation.unfold(), lambda its: its.navigation.why_not_unfold(), lambda its: its.navigation.unfold_wording()),
    _Command("show-request", "1", "Request", "Show the request.", "inbox", lambda its: its.looking.show("request"), shown=False),
    _Command("show-response", "2", "Response", "Show the response.", "inbox", lambda its: its.looking.show("response"), _if(can.not_a_question), shown=False),
    _Command("show-changes", "3", "Changes", "Show what was changed.", "inbox", lambda its: its.looking.show("changes"), _if(can.not_a_question), shown=False),
    _Command("show-raw", "4", "Raw", "Show the JSON-RPC messages.", "inbox", lambda its: its.looking.show("raw"), shown=False),
    _Command("pause-its-server", "p", "pause", "Hold back what this request's server asks from now on, or let it through again.", "inbox", lambda its: its.navigation.pause_its_server(), _if(can.anything), lambda its: its.navigation.pause_wording(), shown=False),
    _Command("show-message", "t", "trace", "Show the message that brought this request, in its server's trace.", "inbox", lambda its: its.looking.show_message(), _if(can.anything), shown=False),
    _Command("next-candidate", "full_stop", "next response", "Show the next response of this request.", "inbox", lambda its: its.responses.step(1), _if(can.several_responses), if_wide=True),
    _Command("previous-candidate", "comma", "earlier response", "Show the response before this one.", "inbox", lambda its: its.responses.step(-1), _if(can.several_responses), shown=False),
)  # fmt: skip

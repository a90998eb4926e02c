"""Holds the commands about the offers of a server: calling, completing, watching, saving, choosing a log level."""

import asyncio

from textual.content import Content

from ...backend import Backend
from ...desk.invocations import Run
from ...frontend.presentation.format import one_of_words
from ...frontend.presentation.primitives import Offer, words_of
from ...frontend.presentation.results import files_of, may_be_saved
from ...frontend.queue.order import waiting
from ...sampling.errors import ServerError
from ...servers.state.primitives import LOG_LEVELS, OfferKind
from ...servers.state.server import Server, ServerState
from ...servers.state.uri_template import expand
from ..port import AppPort
from .attempts import Attempts
from .supervision import NO_SERVER
from .view import ServersView
from .widgets.invocation_view import MAX_RUNS, ReviewLink, RunView, named, still_awaited
from .widgets.primitive_form import OfferForm


class Primitives:
    """What can be done with the selected offer, and with what became of its calls."""

    def __init__(self, backend: Backend, view: ServersView, port: AppPort, attempts: Attempts) -> None:
        self._backend = backend
        self._view = view
        self._port = port
        self._attempts = attempts
        self._completing: asyncio.Task[None] | None = None

    def cancel(self) -> None:
        """Wait for nothing."""
        if self._completing is not None:
            self._completing.cancel()

    def _why_not_ready(self) -> str:
        server = self._view.server
        if server is None:
            return NO_SERVER
        return "" if server.state is ServerState.READY else f"{server.name} is {server.state}."

    # --- calling ---

    def why_not_call(self) -> str:
        """Return why nothing can be called, got or read."""
        chosen = "" if self._view.offer is not None else "Choose a tool, a prompt or a resource first."
        return self._why_not_ready() or chosen

    def call_wording(self) -> str:
        """Return what is done with what is selected."""
        return words_of(self._view.offer).verb if self._view.offer is not None else "call"

    def call(self) -> None:
        """Call, get or read the selected offer with what its form holds, and bring the call into view."""
        server, offer, form = self._view.server, self._view.offer, self._view.views.offer.form
        if server is None or offer is None or form is None:
            return
        self._view.show_view("offer")
        if problem := words_of(offer).problem:
            self._port.say.why_not(f"It can't be used: {problem}.")
            return
        arguments = form.collect()
        if arguments is None:
            return
        self._start(server.name, offer, arguments)
        self._view.views.offer.forget_draft()
        self._view.show_runs()
        self._view.views.offer.follow_runs()

    def why_not_fill_in(self) -> str:
        """Return why a form can't be filled in again."""
        return "" if self._view.views.offer.has_draft else "Nothing that was typed into this form is kept."

    def fill_in(self) -> None:
        """Fill the form in with what had been typed into it."""
        self._view.views.offer.fill_in()
        self._view.show_view("offer")
        self._view.show_place()

    def _start(self, server: str, offer: Offer, arguments: dict[str, object]) -> None:
        words, runs = words_of(offer), self._backend.runs
        texts = {name: str(value) for name, value in arguments.items()}
        match words.kind:
            case OfferKind.TOOL:
                runs.start(server, words.name, arguments)
            case OfferKind.PROMPT:
                runs.get_prompt(server, words.name, texts)
            case OfferKind.RESOURCE:
                runs.read_resource(server, words.name)
            case OfferKind.TEMPLATE:
                runs.read_resource(server, expand(words.name, texts), words.name)

    @property
    def under_way(self) -> Run | None:
        """The newest of the shown runs that is under way."""
        return next((run for run in reversed(self._view.runs) if run.ended is None), None)

    @property
    def _focused(self) -> Run | None:
        """The run in which the focus is, or in its result."""
        around = focused.ancestors_with_self if (focused := self._view.focused) is not None else ()
        return next((one.run for one in around if isinstance(one, RunView)), None)

    def why_not_cancel(self) -> str:
        """Return why there is nothing to cancel."""
        if self._view.server is None:
            return NO_SERVER
        if (run := self._focused) is not None and run.ended is not None:
            return f"There is nothing to cancel: {named(run)} has ended."
        return "" if self.under_way is not None else "No call is under way."

    def cancel_call(self) -> None:
        """Cancel the call that has the focus, else the newest that is under way."""
        if (run := self._focused or self.under_way) is not None:
            self._backend.runs.cancel(run.id)

    def caused(self) -> int | None:
        """
        Return the review to go to: the link that has the focus, else the first that waits, else the newest.

        Where the focus is in a call, or in its result, it is one that this call has caused, or may have.
        """
        focused = self._view.focused
        if isinstance(focused, ReviewLink):
            return focused.review
        runs = [self._focused] if self._focused is not None else self._view.runs[-MAX_RUNS:]
        caused = [one for one in self._backend.desk.items if any(run.caused(one) for run in runs)]
        return next((one.id for one in (*waiting(caused), *reversed(caused))), None)

    def why_not_certain(self, request: int) -> str:
        """Return that it is not known of which call a request is, where that is so."""
        origin = next((one.origin for one in self._backend.desk.items if one.id == request), None)
        one_of = one_of_words(origin) if origin is not None else ""
        return f"#{request} comes from {one_of}: the server does not say which." if one_of else ""

    # --- completing ---

    def complete(self, wanted: OfferForm.CompletionWanted) -> None:
        """Ask the server what an argument may be completed to; only the newest question counts."""
        self.cancel()
        if self._view.server is not None:
            self._completing = asyncio.create_task(self._complete(self._view.server.name, wanted))

    async def _complete(self, server: str, wanted: OfferForm.CompletionWanted) -> None:
        try:
            calls = self._backend.supervisor.calls(server)
            completion = await calls.complete(wanted.reference, wanted.argument, wanted.value)
        except ServerError:
            return  # a form works without
        if wanted.form.is_attached:
            wanted.form.show_completions(wanted.argument, wanted.value, completion)

    # --- subscribing to a resource ---

    def why_not_subscribe(self) -> str:
        """Return why the selected offer can't be subscribed to."""
        server, offer = self._view.server, self._view.offer
        if (why_not := self._why_not_ready()) or server is None:
            return why_not
        if offer is None or not _is_resource(offer):
            return "Only a resource can be subscribed to: choose one first."
        return "" if server.offered.subscribes else f"{server.name} does not tell when its resources change."

    def subscription_wording(self) -> str:
        """Return what the command is called now."""
        server = self._view.server
        return "unsubscribe" if server is not None and self._uri() in server.subscribed else "subscribe"

    def toggle_subscription(self) -> None:
        """Have the server tell when the selected resource changes, or no longer."""
        form, server, uri = self._view.views.offer.form, self._view.server, self._uri()
        if uri is None and form is not None:
            form.collect()  # shows what is missing
        if server is None or uri is None:
            return
        try:
            calls = self._backend.supervisor.calls(server.name)
        except ServerError as error:
            self._attempts.say(error)
            return
        self._attempts.begin(calls.unsubscribe(uri) if uri in server.subscribed else calls.subscribe(uri))

    def _uri(self) -> str | None:
        """Return the URI of the selected resource; a template's with what its form holds, if that is complete."""
        offer, form = self._view.offer, self._view.views.offer.form
        if offer is None or not _is_resource(offer):
            return None
        words = words_of(offer)
        if words.kind is OfferKind.RESOURCE:
            return words.name
        values = form.read()[0] if form is not None else None
        return None if values is None else expand(words.name, {name: str(value) for name, value in values.items()})

    # --- the level of log messages ---

    def why_no_level(self) -> str:
        """Return why the level of the log can't be chosen."""
        server = self._view.server
        if (why_not := self._why_not_ready()) or server is None:
            return why_not
        return "" if server.offered.logs else f"{server.name} sends no log messages."

    def choose_level(self) -> None:
        """Choose the level at which the server's log messages begin."""
        if self._view.server is not None:
            self._port.begin(self._choose_level(self._view.server), "level")

    async def _choose_level(self, server: Server) -> None:
        from ..dialogs.basic import Choice, Choose

        choices = [Choice(level, Content(level)) for level in LOG_LEVELS]
        question = f"The lowest level that {server.name} is to log; the lowest comes first."
        chosen = await self._port.answer_to(Choose(question, choices, server.log_level))
        for level in LOG_LEVELS:
            if level == chosen:
                try:
                    await self._backend.supervisor.calls(server.name).set_logging_level(level)
                except ServerError as error:
                    self._attempts.say(error)

    # --- saving what was returned ---

    def why_not_save(self) -> str:
        """Return why there is no result to save."""
        if self._view.views.current != "offer" or (run := self._run()) is None:
            return "No result is shown."
        can = run.ended is None or (run.result is not None and may_be_saved(run.result))
        return "" if can else "The result holds nothing that could be saved to a file."

    def save_result(self) -> None:
        """Save a part of a result to a file, or say what there is no result of as yet."""
        from ..dialogs.save import save_one

        run = self._run()
        if run is None:
            return
        if run.result is None:
            self._port.say(still_awaited(run, self._backend.desk.items))
        elif files := files_of(run.result):
            self._port.begin(save_one(self._port, named(run), files), "save")
        else:
            self._port.say("Its data is broken: nothing can be saved.", severity="warning")

    def _run(self) -> Run | None:
        """Return the run whose result is meant: the one that has the focus, else the newest that has one."""
        with_result = (run for run in reversed(self._view.runs) if run.result is not None)
        return self._focused or next(with_result, None) or self.under_way


def _is_resource(offer: Offer) -> bool:
    return words_of(offer).kind in (OfferKind.RESOURCE, OfferKind.TEMPLATE)

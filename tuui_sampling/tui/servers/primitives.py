"""What can be done with the offers of a server, besides calling them: complete, watch, save, choose a log level."""

import asyncio
from collections.abc import Coroutine, Sequence

from textual import work
from textual.content import Content

from ...backend import Backend
from ...desk.invocations import Run
from ...frontend.presentation.primitives import Offer, OfferWords, words_of
from ...frontend.presentation.results import PartFile, files_of, may_be_saved
from ...sampling.errors import ServerError
from ...sampling.visible import visible
from ...servers.state.primitives import LOG_LEVELS, OfferKind
from ...servers.state.server import Server, ServerState
from ...servers.state.uri_template import expand
from ..dialogs.basic import Choice, Choose
from ..dialogs.save import save_one
from ..mode_screen import ModeScreen
from ..port import AppPort
from ..widgets.view_tabs import ViewTabs
from .widgets.invocation_view import RunView, named, still_awaited
from .widgets.primitive_form import OfferForm
from .widgets.primitive_view import OfferView


class OfferCommands(ModeScreen):
    """The part of the Servers screen that deals with the selected offer."""

    def __init__(self, backend: Backend, port: AppPort) -> None:
        super().__init__(backend, port)
        self._attempts: set[asyncio.Task[None]] = set()
        self._completing: asyncio.Task[None] | None = None

    def on_unmount(self) -> None:
        """Wait for nothing."""
        for task in (*self._attempts, *filter(None, (self._completing,))):
            task.cancel()

    @property
    def server(self) -> Server | None:
        """The selected server."""
        raise NotImplementedError

    @property
    def offer(self) -> Offer | None:
        """The selected offer."""
        raise NotImplementedError

    @property
    def runs(self) -> Sequence[Run]:
        """The runs that are shown, oldest first."""
        raise NotImplementedError

    def offer_action_is_possible(self, action: str) -> bool | None:
        """Whether one of the commands here is possible now; None when it is none of them."""
        server = self.server if self.is_mounted else None
        ready = server is not None and server.state is ServerState.READY
        match action:
            case "toggle_subscription":
                offer = self.offer if ready else None
                return (
                    offer is not None and server is not None and server.offered.subscribes and self._is_resource(offer)
                )
            case "logging_level":
                return ready and server is not None and server.offered.logs
            case "save_result":
                if not self.is_mounted or self.query_one(ViewTabs).current != "offer" or (run := self._run()) is None:
                    return False
                return run.ended is None or (run.result is not None and may_be_saved(run.result))
        return None

    def wording(self, action: str) -> str:
        """Say "unwatch" where that is what the key does, and what is done with what is selected."""
        if action == "call_tool" and self.is_mounted and (offer := self.offer) is not None:
            return words_of(offer).verb
        if action == "toggle_subscription" and self._is_watched:
            return "unwatch"
        return super().wording(action)

    # --- calling ---

    def use_offer(self, server: str, words: OfferWords, form: OfferForm) -> bool:
        """Call, get or read the selected offer with what its form holds; False when the form holds no such thing."""
        if words.problem:
            self.notify(visible(f"It can't be used: {words.problem}.", limit=1_000), severity="error", markup=False)
            return False
        arguments = form.collect()
        if arguments is None:
            return False
        texts = {name: str(value) for name, value in arguments.items()}
        match words.kind:
            case OfferKind.TOOL:
                self.backend.runs.start(server, words.name, arguments)
            case OfferKind.PROMPT:
                self.backend.runs.get_prompt(server, words.name, texts)
            case OfferKind.RESOURCE:
                self.backend.runs.read_resource(server, words.name)
            case OfferKind.TEMPLATE:
                self.backend.runs.read_resource(server, expand(words.name, texts), words.name)
        return True

    def on_offer_form_completion_wanted(self, message: OfferForm.CompletionWanted) -> None:
        """Ask the server what an argument may be completed to; only the newest question counts."""
        message.stop()
        if self._completing is not None:
            self._completing.cancel()
        if self.server is not None:
            self._completing = asyncio.create_task(self._complete(self.server.name, message))

    async def _complete(self, server: str, wanted: OfferForm.CompletionWanted) -> None:
        try:
            calls = self.backend.supervisor.calls(server)
            completion = await calls.complete(wanted.reference, wanted.argument, wanted.value)
        except ServerError:
            return  # a form works without
        if wanted.form.is_attached:
            wanted.form.show_completions(wanted.argument, wanted.value, completion)

    # --- watching a resource ---

    def action_toggle_subscription(self) -> None:
        """Have the server tell when the selected resource changes, or no longer."""
        form, server, uri = self.query_one(OfferView).form, self.server, self._uri()
        if uri is None and form is not None:
            form.collect()  # shows what is missing
        if server is None or uri is None:
            return
        try:
            calls = self.backend.supervisor.calls(server.name)
        except ServerError as error:
            self._say(error)
            return
        self._attempt(calls.unsubscribe(uri) if uri in server.subscribed else calls.subscribe(uri))

    def _uri(self) -> str | None:
        """Return the URI of the selected resource; a template's with what its form holds, if that is complete."""
        if self.offer is None or not self._is_resource(self.offer):
            return None
        words = words_of(self.offer)
        if words.kind is OfferKind.RESOURCE:
            return words.name
        form = self.query_one(OfferView).form
        values = form.read()[0] if form is not None else None
        return None if values is None else expand(words.name, {name: str(value) for name, value in values.items()})

    @property
    def _is_watched(self) -> bool:
        """Whether the server tells of changes of what is selected."""
        return self.is_mounted and self.server is not None and self._uri() in self.server.subscribed

    def _is_resource(self, offer: Offer) -> bool:
        return words_of(offer).kind in (OfferKind.RESOURCE, OfferKind.TEMPLATE)

    # --- the level of log messages ---

    def action_logging_level(self) -> None:
        """Choose the level at which the server's log messages begin."""
        if self.offer_action_is_possible("logging_level"):
            self._choose_level()

    @work(exclusive=True, group="level")
    async def _choose_level(self) -> None:
        server = self.server
        if server is None:
            return
        choices = [Choice(level, Content(level)) for level in LOG_LEVELS]
        question = f"The least that {server.name} shall log; the mildest comes first."
        chosen = await self.app.push_screen_wait(Choose(question, choices, server.log_level))
        for level in LOG_LEVELS:
            if level == chosen:
                try:
                    await self.backend.supervisor.calls(server.name).set_logging_level(level)
                except ServerError as error:
                    self._say(error)

    # --- saving what was returned ---

    def action_save_result(self) -> None:
        """Save a part of a result to a file, or say what there is no result of as yet."""
        run = self._run()
        if run is None:
            return
        if run.result is None:
            self.notify(still_awaited(run, self.backend.desk.items), markup=False)
        elif files := files_of(run.result):
            self._save(named(run), files)
        else:
            self.notify("Its data is broken: nothing can be saved.", severity="warning", markup=False)

    def _run(self) -> Run | None:
        """Return the run whose result is meant: the one that has the focus, else the newest that has one."""
        around = self.focused.ancestors_with_self if self.focused is not None else ()
        focused = next((one.run for one in around if isinstance(one, RunView)), None)
        with_result = (run for run in reversed(self.runs) if run.result is not None)
        under_way = (run for run in reversed(self.runs) if run.ended is None)
        return focused or next(with_result, None) or next(under_way, None)

    @work(exclusive=True, group="save")
    async def _save(self, whose: str, files: list[PartFile]) -> None:
        await save_one(self.app, whose, files)

    # --- ---

    def _attempt(self, doing: Coroutine[None, None, None]) -> None:
        """Have something done that takes a while, without waiting for it; say so when it fails."""

        async def do() -> None:
            try:
                await doing
            except ServerError as error:
                self._say(error)

        task = asyncio.create_task(do())
        self._attempts.add(task)
        task.add_done_callback(self._attempts.discard)

    def _say(self, error: ServerError) -> None:
        self.notify(visible(f"{error.message} {error.hint}".strip(), limit=1_000), severity="error", markup=False)

"""Holds the command that adds something to a request: what servers offer, a file, the clipboard."""

import asyncio
from collections.abc import Iterable

from textual.content import Content

from ...backend import Backend
from ...frontend.context.attached import Attached, CannotAttach, of_file, of_text
from ...frontend.context.clipboard import read_clipboard
from ...frontend.context.offers import Offer, offers_of, read, why_nothing_of
from ...frontend.files import CannotSave, destination
from ...frontend.presentation.format import counted
from ...frontend.review.redacting import attach
from ...frontend.review.request_fields import INCLUDE
from ...frontend.review.reviewing import Reviewing
from ...policy.leaks.learnt import hits_in
from ...sampling.derived.beside import beside_the_loop
from ...sampling.request import TextBlock
from ...sampling.review import Review
from ..port import AppPort
from ..widgets.plain import line
from .view import InboxView
from .widgets.selected_pane import SelectedPane


class Attaching:
    """Adds to the selected review what the person picks, and nothing else."""

    def __init__(
        self, backend: Backend, reviewing: Reviewing, pane: SelectedPane, view: InboxView, port: AppPort
    ) -> None:
        self._backend = backend
        self._reviewing = reviewing
        self._pane = pane
        self._view = view
        self._port = port

    def why_not(self) -> str:
        """Return why nothing can be added, as far as that lies with the server that asked."""
        review = self._reviewing.review
        if review is None:
            return ""
        if self._backend.desk.settings_of(review.origin.server).context == "never":
            return 'Nothing is added to what this server asks: its configuration says context = "never".'
        return ""

    def attach(self) -> None:
        """Offer what may be added to the selected review."""
        if (review := self._reviewing.review) is not None:
            self._port.begin(self._attach(review), "attach")

    async def _attach(self, review: Review) -> None:
        from ..dialogs.attach import Attach

        names: tuple[str, ...] | None = (review.origin.server,)
        if self._reviewing.edits(review).draft.text(INCLUDE) == "allServers":
            names = await self._which(
                review, f"#{review.id} asks for the context of all servers. Whose may be offered?"
            )
        while names is not None:
            asks = f"What is to be added to #{review.id} of {review.origin.server}? Nothing is sent yet."
            others = any(name not in names for name in self._servers)
            wanted = await self._port.answer_to(Attach(asks, list(self._offers(names)), others=others))
            if wanted is None:
                return
            if not wanted.others:
                added, problems = await self._read(wanted.offers)
                added += await self._file(review) if wanted.file else []
                if wanted.clipboard:
                    text = await read_clipboard() or self._pane.app.clipboard
                    added += [of_text("clipboard", text)] if text else []
                    problems += [] if text else ["the clipboard holds no text, or can't be read from here"]
                await self._add(review, added, problems)
                return
            names = await self._which(review, "Which servers' context may be offered?") or names

    @property
    def _servers(self) -> list[str]:
        """The servers of which something may be offered."""
        return [name for name, server in self._backend.supervisor.servers.items() if not why_nothing_of(server)]

    def _offers(self, names: Iterable[str]) -> Iterable[Offer]:
        servers = self._backend.supervisor.servers
        for name in names:
            if name in servers:
                yield from offers_of(servers[name], self._backend.runs.runs.values())

    async def _which(self, review: Review, question: str) -> tuple[str, ...] | None:
        """Ask for each server whether what it has may be offered; none is chosen before."""
        from ..dialogs.basic import Choice
        from ..dialogs.choose_several import ChooseSeveral

        asked = review.origin.server
        choices = [
            Choice(name, line(name, 80) + Content(" (it asks)" if name == asked else "")) for name in self._servers
        ]
        return await self._port.answer_to(ChooseSeveral(question, choices, ()))

    async def _read(self, offers: Iterable[Offer]) -> tuple[list[Attached], list[str]]:
        added: list[Attached] = []
        problems: list[str] = []
        for offer in offers:
            try:
                added += await read(offer, self._backend.supervisor, self._backend.runs)
            except CannotAttach as error:
                problems.append(f"{offer.source}: {error.reason}")
        return added, problems

    async def _file(self, review: Review) -> list[Attached]:
        """Ask for a file until one can be added, or the person has cancelled."""
        from ..dialogs.ask_path import AskPath

        name = problem = ""
        question = f"Which file is to be added to #{review.id}? Nothing is sent yet."
        while (typed := await self._port.answer_to(AskPath(question, name, problem, does="add"))) is not None:
            name = typed
            try:
                return [await asyncio.to_thread(of_file, destination(typed))]
            except (CannotSave, CannotAttach) as error:
                problem = f"It can't be added: {error.reason}."
        return []

    async def _add(self, review: Review, added: list[Attached], problems: list[str]) -> None:
        """Add blocks to the draft, and show them: they have not been seen."""
        from .widgets.request_view import RequestView

        texts = [one.block.text for one in added if isinstance(one.block, TextBlock)] if review.redacts else []
        if self._backend.desk.leaks is not None:
            await self._backend.desk.leaks.search(texts)
        await beside_the_loop(sum(map(len, texts)), lambda: [hits_in(text) for text in texts])
        if review.gate is None:
            self._port.say.why_not(f"#{review.id} has moved on: nothing was added.")
            return
        draft = self._reviewing.edits(review).draft
        before = len(draft.redacted)
        fields = attach(draft, added, review.redacted, review.redacts)
        if len(fields) < len(added):
            problems.append(f"there is no room for {len(added) - len(fields)} more")
        if fields and review is self._reviewing.review:
            self._port.arming.disarm()
            self._pane.review_panel.tab = "request"
            self._pane.review_panel.query_one(RequestView).show_added(fields)
            self._view.show_item()
        told = [
            f"Added {counted(len(fields), 'block')}: look at it above the messages." if fields else "Nothing was added."
        ]
        if (replaced := len(draft.redacted) - before) > 0:
            told.append(f"Placeholders stand for {counted(replaced, 'value')} in it, as its configuration wants.")
        told += [f"Not added: {'; '.join(problems)}."] if problems else []
        self._port.say(" ".join(told), severity="warning" if problems else "information")

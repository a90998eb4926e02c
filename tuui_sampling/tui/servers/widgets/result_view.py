"""What a call returned, as a document."""

import asyncio
from functools import partial
from typing import cast

from textual import work

from ....desk.invocations import Result
from ....frontend.document.blocks import Picture
from ....frontend.document.passage import Remarks
from ....frontend.document.response import remarks_of as found_in_fields
from ....frontend.document.result import data_of, result_parts
from ....frontend.presentation.media import media_in
from ....frontend.presentation.results import remarks_of
from ....frontend.review.found import in_result, notes_of
from ....sampling.request import Json
from ....servers.state.server import Tool
from ...document.pane import DocumentPane
from ...document.pictures import look_at


class ResultView(DocumentPane):
    """A result, as high as it is long up to a limit; a longer one is scrolled."""

    DEFAULT_CSS = "ResultView { height: auto; & > DocumentView { height: auto; min-height: 1; max-height: 80vh; } }"

    def __init__(self, result: Result, tool: Tool | None = None) -> None:
        """
        Show a result, which never changes.

        Args:
            tool: What returned it, as its server lists it.
        """
        self._result = result
        self._remarks = remarks_of(result, tool)
        self._looked: dict[str, Picture] = {}
        self._found: Remarks = {}
        super().__init__(result_parts(result, self._remarks, self._looked))

    def on_mount(self) -> None:
        """Look at the pictures, and for what a person should know of."""
        self._look_at_data()
        self._search()

    @work
    async def _look_at_data(self) -> None:
        """Look at all data beside the event loop, one piece after the other, and show what it is."""
        for name, block in data_of(self._result):
            self._looked[name] = await look_at(self, name, partial(media_in, cast(Json, block)))
            self._show()

    @work
    async def _search(self) -> None:
        found = await asyncio.to_thread(in_result, self._result)
        if found:
            self._found = found_in_fields(notes_of(found))
            self._show()

    def _show(self) -> None:
        self.view.become(result_parts(self._result, self._remarks, self._looked, self._found))

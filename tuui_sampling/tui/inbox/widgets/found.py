"""Searches what is under review for what a person should know of, beside the event loop where that takes long."""

import asyncio
from collections.abc import Sequence

from textual.widget import Widget

from ....frontend.review.found import is_searched, notes_of
from ....frontend.review.request_draft import Draft
from ....policy.survey import in_request
from ....sampling.note import Note
from ....sampling.request import SamplingRequest
from .panel_messages import PanelShown


class Searching:
    """Finds what is in a draft; a long one is searched in a thread, and `PanelShown` tells when that is done."""

    def __init__(self, owner: Widget) -> None:
        """Search nothing yet; the owner tells."""
        self._owner = owner
        self._under_way: SamplingRequest | None = None

    def notes(self, draft: Draft) -> Sequence[Note]:
        """Return what is found, as far as it is known."""
        request = draft.build()
        if not isinstance(request, SamplingRequest):
            return ()
        if is_searched(request):
            return notes_of(in_request(request))
        if self._under_way is None:
            self._under_way = request
            self._owner.run_worker(self._search(request), group="findings")
        return ()

    async def _search(self, request: SamplingRequest) -> None:
        await asyncio.to_thread(in_request, request)
        self._under_way = None
        self._owner.post_message(PanelShown())

"""`tuui-sampling run`: keeps the servers up without a screen, and answers what they ask by rules, until a signal."""

import asyncio
import json
from collections.abc import Mapping
from typing import Literal

from ...backend import Backend, open_backend
from ...config.changes import Changes
from ...config.load import ConfigError
from ...config.settings import Settings
from ...frontend.reloading import WATCH_SECONDS, Read, Reloading, problems_of
from ...policy.redaction.masking import Masking
from ...policy.verdict import Always, Verdict
from ...sampling.inquiry import Inquiry
from ...sampling.item import Item
from ...sampling.request import Json
from ...sampling.response import cost_json
from ...sampling.review import Review
from ...sampling.wire import usage_json
from .. import exit_codes
from ..configuration import read_settings
from ..output import complain, complain_of_configuration, complain_of_the_record
from ..prompts.inquiry import refuse_inquiries
from ..signals import Shutdown
from .call_report import Noticing
from .item_json import inquiry_outcome, rules_json

Decide = Literal["rules", "reject"]


def run_headless(config: str | None, environ: Mapping[str, str], decide: Decide) -> int:
    """Run the command and return its exit code: 0 when a signal ended it, which is how it ends."""
    try:
        settings = read_settings(config, environ)
    except ConfigError as error:
        complain_of_configuration(error)
        return exit_codes.USAGE
    asyncio.run(_run(settings, environ, decide, lambda: read_settings(config, environ)))
    return exit_codes.OK


async def _run(settings: Settings, environ: Mapping[str, str], decide: Decide, read: Read) -> None:
    with Shutdown() as ending:
        ending.left_the_screen()
        judge = Always(Verdict.REJECT) if decide == "reject" else None
        async with open_backend(
            settings, environ, judge=judge, otherwise=Verdict.REJECT, on_trouble=complain_of_the_record()
        ) as backend:
            for trouble in backend.trouble:
                complain(trouble)
            ending.end_servers = backend.supervisor.guardian.end_at_once
            refuse_inquiries(backend.desk)
            backend.desk.subscribe(_Lines(backend.masking).note)
            backend.desk.subscribe(Noticing().note)
            assert settings.path is not None
            reloading = Reloading(backend, settings.path, read)  # before "started" is told: a change may follow at once
            _start(backend)
            watching = asyncio.create_task(_watch(reloading), name="configuration file")
            await ending.asked.wait()
            watching.cancel()


async def _watch(reloading: Reloading) -> None:
    """Take the configuration over whenever its file has changed; a changed server is started again once it is idle."""
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        await reloading.act_on_idle()
        if reloading.look():
            try:
                await reloading.reload(_tell_changes)
            except ConfigError as error:
                complain(problems_of(error))
                print(json.dumps({"event": "not reloaded", "problems": error.message.split("\n")}), flush=True)
            for server in reloading.undecided:
                reloading.act_later(server.name)


def _tell_changes(changes: Changes) -> None:
    print(json.dumps({"event": "reloaded", "changes": list(changes.lines)}), flush=True)


def _start(backend: Backend) -> None:
    print(json.dumps({"event": "started", "servers": list(backend.settings.servers)}), flush=True)
    backend.supervisor.start_all()


class _Lines:
    """Prints one line for each item that has ended."""

    def __init__(self, masking: Masking) -> None:
        self._masking = masking
        self._printed: set[str] = set()

    def note(self, item: Item) -> None:
        """Look at an item that has changed."""
        if item.phase.is_open or item.key in self._printed:
            return
        self._printed.add(item.key)
        print(json.dumps(self._masking.json(_line(item))), flush=True)


def _line(item: Item) -> dict[str, Json]:
    """Return a decision; without any text of the request or the answer, which may hold anything."""
    line: dict[str, Json] = {
        "event": "decided",
        "id": item.key,
        "at": item.arrived_at.isoformat(timespec="seconds"),
        "server": item.origin.server,
        "tool": item.origin.tool,
    }
    if isinstance(item, Inquiry):
        reason = item.answer.reason if item.answer else ""
        ended = inquiry_outcome(item)
        return line | {"kind": item.kind, "outcome": ended, "rules": rules_json(item), "reason": reason}
    assert isinstance(item, Review)
    outcome = item.outcome
    return line | {
        "kind": "sampling",
        "outcome": item.phase,
        "gate": outcome.gate if outcome else None,
        "rules": rules_json(item),
        "reason": outcome.reason if outcome else "",
        "model": outcome.model if outcome else None,
        "usage": usage_json(outcome.usage) if outcome else None,
        "cost": cost_json(outcome.cost) if outcome else None,
    }

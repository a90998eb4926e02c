"""Holds the commands about the configuration: reading it again, editing it, deciding about servers it has changed."""

import asyncio
from collections.abc import Callable

from textual.content import Content

from ..config.changes import Changes
from ..config.load import ConfigError
from ..frontend.reloading import WATCH_SECONDS, Reloading, problems_in_short
from ..servers.state.server import Server
from .port import AppPort

SHOWN_LINES = 6
"""Lines of what has changed that are told at once."""

NO_FILE = "The demonstration has no configuration to read."
UNCHANGED = "The configuration is as it was."


class ConfigurationCommands:
    """What can be done about the configuration while the program runs."""

    def __init__(self, port: AppPort, reloading: Reloading | None, use_interface: Callable[[], None]) -> None:
        """
        Act on an app.

        Args:
            use_interface: Takes over what is configured of the screen.
        """
        self._port = port
        self._reloading = reloading
        self._use_interface = use_interface

    def why_not(self) -> str:
        """Return why the configuration can't be read."""
        return "" if self._reloading is not None else NO_FILE

    def reload(self) -> None:
        """Read the configuration, tell what has changed, and ask about servers that run otherwise."""
        if (reloading := self._reloading) is not None:
            self._port.begin(self._reload_and_decide(reloading), "configuration")

    def edit(self, line: int | None = None) -> None:
        """Open the configuration in the person's own editor, at a line; on return it is read."""
        if (reloading := self._reloading) is not None:
            self._port.begin(self._edit(reloading, line), "configuration")

    async def change(self, change: Callable[[str], str]) -> str:
        """Change the configuration's text, and take it over; returns what kept it from being written, in words."""
        if (reloading := self._reloading) is None:
            return NO_FILE
        try:
            before = await asyncio.to_thread(reloading.text)
            await asyncio.to_thread(reloading.write, change(before))
        except OSError as error:
            return f"The configuration can't be written: {error.strerror}"
        except ValueError as error:
            return f"The configuration was not changed: {error}"
        await self._take_over(reloading)
        return ""

    async def watch(self) -> None:
        """Take the configuration over whenever its file has changed; nothing is asked then, and told of each once."""
        told = ""
        while (reloading := self._reloading) is not None:
            await asyncio.sleep(WATCH_SECONDS)
            await reloading.act_on_idle()
            if reloading.look():
                await self._take_over(reloading)
                names, before = ", ".join(one.name for one in reloading.undecided), told
                told = names
                if names and names != before:
                    key = self._port.key_of("reload")
                    self._port.say.tell(f"{names}: goes on as it is until you decide. {key} asks.")

    async def _take_over(self, reloading: Reloading) -> Changes | None:
        """Take the configuration over; returns what has changed, or None where it can't be used."""
        try:
            changes = await reloading.reload(self._tell)
        except ConfigError as error:
            self._port.say.stand(problems_in_short(error, self._port.key_of("edit-configuration")))
            return None
        self._port.say.stand("")
        self._use_interface()
        return changes

    def _tell(self, changes: Changes) -> None:
        """Say what has changed, before anything is done about it."""
        lines = changes.lines
        more = [f"and {len(lines) - SHOWN_LINES} more"] if len(lines) > SHOWN_LINES else []
        self._port.say.tell("\n".join(["The configuration has changed:", *lines[:SHOWN_LINES], *more]))

    async def _reload_and_decide(self, reloading: Reloading) -> None:
        changes = await self._take_over(reloading)
        if changes is None:
            return
        if not changes.lines and not reloading.undecided:
            names = ", ".join(reloading.unusable)
            self._port.say(f"{UNCHANGED} Can't be used: {names}; tuui-sampling check says why." if names else UNCHANGED)
        for server in reloading.undecided:
            await self._decide(reloading, server)

    async def _decide(self, reloading: Reloading, server: Server) -> None:
        from .dialogs.basic import Choice, Choose

        verb = "Stop it" if server.removed else "Restart it"
        choices = [
            Choice("later", Content(f"{verb} as soon as nothing of it is under way")),
            Choice("now", Content(f"{verb} now{_what_is_lost(reloading.under_way(server.name))}")),
            Choice("leave", Content("Leave it as it runs")),
        ]
        how = "is no longer configured" if server.removed else "is configured anew"
        answer = await self._port.answer_to(Choose(f"{server.name} runs, and {how}.", choices))
        if answer == "now":
            await reloading.act(server.name)
        elif answer == "later":
            reloading.act_later(server.name)
            await reloading.act_on_idle()

    async def _edit(self, reloading: Reloading, line: int | None) -> None:
        try:
            before = await asyncio.to_thread(reloading.text)
        except OSError as error:
            self._port.say(f"The configuration can't be read: {error.strerror}", severity="error")
            return
        after, problem = await self._port.edit_outside(before, line)
        if problem:
            self._port.say(problem, severity="error")
        if after is None:
            return
        try:
            await asyncio.to_thread(reloading.write, after)
        except OSError as error:
            self._port.say(f"The configuration can't be written: {error.strerror}", severity="error")
            return
        await self._reload_and_decide(reloading)


def _what_is_lost(under_way: int) -> str:
    """Return what ending a server at once does to what is under way, in words."""
    if not under_way:
        return ""
    return f"; {under_way} of its requests and calls {'is' if under_way == 1 else 'are'} broken off"

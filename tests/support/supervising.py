"""Supervises servers until it is killed. Run as a script: it writes the guardian's pid and the servers' groups."""

import asyncio
import json
import os
import sys

from tests.support.supervised import Clerk
from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.servers.state.server import ServerState
from tuui_sampling.servers.supervisor import Supervisor


async def supervise(commands: list[list[str]], how: str) -> None:
    """
    Start servers with these command lines, and say on standard output when all of them are ready.

    Args:
        how: `wait` for being killed, or `close` everything in order once a line has come in.
    """
    settings = [ServerSettings(f"server {number}", argv[0], tuple(argv[1:])) for number, argv in enumerate(commands)]
    supervisor = Supervisor(settings, os.environ, Clerk(), restart=False)
    supervisor.start_all()
    for one in settings:
        assert (await supervisor.settled(one.name)).state is ServerState.READY
    print(json.dumps([supervisor.guardian.pid, *supervisor.process_groups()]), flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    if how == "close":
        await supervisor.aclose()
    else:
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(supervise(json.loads(sys.argv[2]), sys.argv[1]))

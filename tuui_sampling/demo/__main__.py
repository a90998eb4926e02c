"""Run the demonstration server on standard input and output, until the input ends."""

import signal

from .server import server


def main() -> None:
    """Serve over stdio."""
    # Ctrl+C ends the process at once, as SIGTERM does: nothing here needs tidying up, and the default
    # (KeyboardInterrupt) would print a traceback after waiting for the thread that reads standard input.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    server.run("stdio")


if __name__ == "__main__":
    main()

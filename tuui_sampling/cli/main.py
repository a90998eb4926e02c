"""
The command `tuui-sampling`: reads its arguments and hands over.

Whatever is heavy is imported by the function that needs it, so that `--help` and `--version` cost little more than
`argparse` does.
"""

import gc
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence

from . import exit_codes
from .arguments import LISTING, make_parser


def main(argv: Sequence[str] | None = None) -> int:
    """
    Run the command and return its exit code.

    Args:
        argv: The arguments; those of the process when left out.
    """
    try:
        code = _run(_options(argv))
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return exit_codes.INTERRUPTED
    except BrokenPipeError:
        # What is still buffered would fail again when the interpreter flushes it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exit_codes.BROKEN_PIPE
    except Exception as error:  # the edge: a traceback of ours may hold what nobody should see
        return _report_bug(error)


def _options(argv: Sequence[str] | None) -> Namespace:
    given = sys.argv[1:] if argv is None else argv
    parser = make_parser(with_listing=LISTING in given[:1])
    options = parser.parse_args(given)
    if options.command == "demo" and "config" in options:
        parser.error("demo needs no configuration, and reads none")
    return options


def _run(options: Namespace) -> int:
    import logging

    # Libraries log foreign text; with no handler at all, Python would write their warnings to the terminal.
    logging.getLogger().addHandler(logging.NullHandler())
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # what the terminal's encoding lacks is escaped, never a crash
            stream.reconfigure(errors="backslashreplace")
    return COMMANDS[options.command](getattr(options, "config", None), options)


# --- the commands: each is given the path of the configuration, and its arguments ---


def _tui(config: str | None, options: Namespace) -> int:
    def run() -> int:
        from .commands.tui import run_configured

        return run_configured(config, os.environ)

    return _collecting_later(run)


def _demo(config: str | None, options: Namespace) -> int:
    def run() -> int:
        from .commands.tui import run_demo

        return run_demo(os.environ)

    return _collecting_later(run)


def _collecting_later(run: Callable[[], int]) -> int:
    """Run the full-screen program, which collects garbage from its first paint on: until then nearly all is kept."""
    gc.disable()
    try:
        return run()
    finally:
        gc.enable()


def _check(config: str | None, options: Namespace) -> int:
    if options.schema:
        from ..config.schema import SCHEMA_FILE

        sys.stdout.write(SCHEMA_FILE.read_text(encoding="utf-8"))
        return exit_codes.OK
    from .commands.check import run_check

    return run_check(config, os.environ, as_json=options.json, ping=options.ping)


def _models(config: str | None, options: Namespace) -> int:
    from .commands.models import run_models

    return run_models(
        config,
        os.environ,
        as_json=options.json,
        aliases=options.aliases,
        pinged=options.ping,
        image=options.image,
    )


def _call(config: str | None, options: Namespace) -> int:
    from .commands.call import run_call
    from .commands.call_report import Order

    order = Order(
        options.server,
        options.tool,
        options.args,
        options.decide,
        options.model,
        as_json=options.json,
        linger=options.linger,
    )
    return run_call(config, os.environ, order)


def _headless(config: str | None, options: Namespace) -> int:
    from .commands.run import run_headless

    return run_headless(config, os.environ, options.decide)


def _rules(config: str | None, options: Namespace) -> int:
    from .commands.rules import run_rules

    return run_rules(config, os.environ, options)


def _trust(config: str | None, options: Namespace) -> int:
    from .commands.trust import run_trust

    return run_trust(options.file, os.environ, taken_back=options.forget)


def _init(config: str | None, options: Namespace) -> int:
    from .commands.init import run_init

    return run_init(config, os.environ)


def _edit(config: str | None, options: Namespace) -> int:
    from .commands.edit import run_edit

    return run_edit(config, os.environ)


def _import(config: str | None, options: Namespace) -> int:
    from .commands.import_servers import run_import

    return run_import(config, os.environ, options.files, take_all=options.all, dry_run=options.dry_run)


def _completion(config: str | None, options: Namespace) -> int:
    from .completion import script

    sys.stdout.write(script(make_parser(), options.shell))
    return exit_codes.OK


def _complete_names(config: str | None, options: Namespace) -> int:
    from .completion import names

    sys.stdout.writelines(f"{name}\n" for name in names(options.kind, options.words, os.environ))
    return exit_codes.OK


COMMANDS: Mapping[str | None, Callable[[str | None, Namespace], int]] = {
    None: _tui,
    "demo": _demo,
    "check": _check,
    "models": _models,
    "call": _call,
    "run": _headless,
    "rules": _rules,
    "trust": _trust,
    "init": _init,
    "edit": _edit,
    "import": _import,
    "completion": _completion,
    LISTING: _complete_names,
}
"""A command of `arguments` → what runs it, and returns the exit code; None is the full-screen program."""


def _report_bug(error: Exception) -> int:
    """Say that something broke, without its details: an exception's text and frames may hold a key."""
    if os.environ.get("TUUI_SAMPLING_DEBUG") == "1":
        from .crash_report import report

        print(report(error), end="", file=sys.stderr)
    else:
        name = type(error).__name__
        print(
            f"tuui-sampling: something unexpected happened ({name}). TUUI_SAMPLING_DEBUG=1 shows where.",
            file=sys.stderr,
        )
    return exit_codes.UNEXPECTED

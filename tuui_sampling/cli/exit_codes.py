"""The exit codes of every command; a signal that ended the program adds 128 to its number."""

OK = 0
NOT_WELL = 1
"""`check` found something; a called tool reported an error, or was rejected."""
USAGE = 2
"""Arguments or configuration that can't be used."""
SERVER = 3
"""The server could not be started, or died."""
MODEL = 4
"""The model failed."""
UNEXPECTED = 70
"""A bug of ours: EX_SOFTWARE of <sysexits.h>."""
INTERRUPTED = 130
BROKEN_PIPE = 141
"""128 + SIGPIPE, what a shell shows for a program whose reader went away."""

"""The subcommands: one module for each, with the report that it prints."""

"""The append-only record of every review."""

"""Computes what is derived of a request: once for each, and beside the event loop where it is long."""

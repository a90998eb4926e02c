"""Reads what a server sends that does not fit the specification, as far as it can be read, and says what did not."""

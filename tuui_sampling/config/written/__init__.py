"""Writes configurations: the example that is generated from the settings, and the first one of a new user."""

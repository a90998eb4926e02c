"""Reads rules and limits: the user's, and those of the machine."""

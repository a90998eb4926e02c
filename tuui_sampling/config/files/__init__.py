"""Reads files that somebody else may have put there, the configuration first of all."""

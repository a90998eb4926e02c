"""Holds what the rest of the program sees of a server; standard library only."""

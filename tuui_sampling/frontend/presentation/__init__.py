"""Turns values into the words and rows that a person reads."""

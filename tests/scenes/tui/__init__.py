"""Flows over several screens."""

"""Says how long tests wait before they take something for hung."""

LIMIT = 120.0
"""Seconds. It measures nothing: a machine with much to do is slow, and none of that is a fault."""

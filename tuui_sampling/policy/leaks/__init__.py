"""Searches for secrets with another scanner, where it is installed, and merges what it finds."""

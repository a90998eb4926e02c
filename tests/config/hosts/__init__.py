"""Tests of the room of other hosts' files."""

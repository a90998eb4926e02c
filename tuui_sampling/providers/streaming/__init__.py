"""Builds a response from the events of a stream."""

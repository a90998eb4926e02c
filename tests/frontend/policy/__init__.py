"""Tests of rules that are made of decisions, and of what the Policy screen shows."""

"""Tests of agents that are code of the user's own."""

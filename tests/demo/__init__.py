"""Tests of the demonstration server, and of the servers that other tests use."""

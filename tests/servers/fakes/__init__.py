"""Fake MCP servers and an authorization server, each a script that tests run as a real process."""

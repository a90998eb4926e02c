"""Reads the server lists of other MCP hosts, so that their servers can be taken over into the configuration."""

"""The MCP connections: child processes, the protocol, and their supervision."""

"""The MCP conformance suite with our program as the client under test. `python -m tests.conformance` runs all of it."""

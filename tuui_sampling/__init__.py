"""Human-in-the-loop approval of MCP sampling, in the terminal."""

__version__ = "0.1.0"

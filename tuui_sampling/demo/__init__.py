"""The bundled demonstration MCP server: `python -m tuui_sampling.demo` runs it over stdio, for any client."""

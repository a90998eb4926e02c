"""Carries JSON-RPC messages over stdio and Streamable HTTP, and supervises the processes behind them."""

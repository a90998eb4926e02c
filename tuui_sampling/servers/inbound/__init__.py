"""Receives what a server asks of us, and answers it."""

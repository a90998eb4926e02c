"""Calls what a server offers, over as many rounds as it takes."""

"""Proposes a model for a request, with the reasons."""

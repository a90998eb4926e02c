"""Keeps each server's tools, prompts and resources up to date."""

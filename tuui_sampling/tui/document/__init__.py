"""Paints documents, searches in them, and edits one field of them at a time."""

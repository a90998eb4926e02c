"""The offline demonstration model."""

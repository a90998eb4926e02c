"""Signs in to HTTP servers (OAuth), and keeps the tokens."""

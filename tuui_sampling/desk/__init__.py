"""The desk on which reviews lie until a human settles them; no screen is known here."""

"""Asks a person in the plain terminal: reviews, inquiries and sign-ins."""

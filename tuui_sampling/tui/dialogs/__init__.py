"""The short questions that a person has opened."""

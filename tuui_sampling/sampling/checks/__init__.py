"""Looks at what may betray a person: addresses to be opened, and names that say that a value is a secret."""

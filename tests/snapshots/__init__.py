"""What the screens look like, as text."""

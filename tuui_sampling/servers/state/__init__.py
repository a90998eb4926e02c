"""What the rest of the house sees of a server; standard library only."""

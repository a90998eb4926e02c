"""What `tomllib` does not do: on which line a key stands, and which text is too deep to be parsed."""

"""Shows values of any size as one document of wrapped rows, which are computed as they are needed."""

"""Models' APIs and engines to test against, and the tables of what each wire makes of a request."""

"""The command line, and the one place that assembles the house."""

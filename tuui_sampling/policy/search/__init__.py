"""Looks for what the table of findings lists in one text: window by window, as it stands and as it may be read."""

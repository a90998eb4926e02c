"""Pure functions that judge a request before a human sees it."""

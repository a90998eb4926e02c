"""Makes rules of decisions, and rows of what is in force, for any front end."""

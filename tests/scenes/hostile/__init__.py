"""What hostile servers can do, by number."""

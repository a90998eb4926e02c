"""What any front end needs, and no toolkit: what is shown, in which order, and what may be done with it."""

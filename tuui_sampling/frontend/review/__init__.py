"""What a person makes of one review: the proposal with its edits, what may be done with it, and what that would do."""

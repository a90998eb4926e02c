"""Orders what waits, folds identical requests and counts deadlines down."""

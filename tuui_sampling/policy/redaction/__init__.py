"""Takes out of texts what was found in them: replaced by placeholders, or masked."""

"""The screens: one for each mode."""

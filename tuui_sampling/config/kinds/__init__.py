"""The ways in which the value of a setting is written."""

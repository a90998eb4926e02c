"""To what the mouse points: to what was painted when it was pressed, whatever stands there by now."""

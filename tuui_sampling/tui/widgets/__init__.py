"""The widgets: they take values, emit typed messages, and await nothing."""

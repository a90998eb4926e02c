"""The widgets of the Servers screen."""

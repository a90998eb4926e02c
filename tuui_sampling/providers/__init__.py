"""The models: one adapter for each wire, and the choice among them."""

"""What the user configured: settings, where they lie, and how a TOML file becomes them."""

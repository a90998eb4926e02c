"""Makes foreign text one that can be encoded: half a character, as JSON can write it, becomes U+FFFD."""


def clean_text(value: object) -> str:
    """Return a text with every lone surrogate as U+FFFD, since it can't be encoded; "" for no text."""
    if not isinstance(value, str):
        return ""
    return value if value.isascii() else value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

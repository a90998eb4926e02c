"""The values under review; standard library only, no SDK, no Textual."""

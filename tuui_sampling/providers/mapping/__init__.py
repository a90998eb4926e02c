"""Maps a request to what one wire of the providers takes, and notes what is lost on the way."""

"""What a person may add to a request: what servers offer, files and the clipboard, each as a block of its own."""

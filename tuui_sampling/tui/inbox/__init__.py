"""The Inbox screen, where requests are reviewed."""

"""The widgets of the Inbox."""

"""Talks to the terminal itself: input, output filter, graphics."""

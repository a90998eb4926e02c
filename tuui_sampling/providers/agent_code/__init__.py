"""Agents that are code of the user's own: an Agent of the OpenAI Agents SDK, or an async function."""

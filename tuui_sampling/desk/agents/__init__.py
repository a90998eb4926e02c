"""Answers by agents: models that may call tools of the configured servers, each call decided by a person or a rule."""

"""Flows over several rooms: real servers, the desk, models and a front end together."""

"""Tests of what takes findings out of texts."""

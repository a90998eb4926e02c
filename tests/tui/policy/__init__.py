"""Tests of the Policy screen."""

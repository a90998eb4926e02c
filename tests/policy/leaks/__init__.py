"""Tests of the further search for secrets; the desk's side of it is in `tests/desk/test_leaks.py`."""

"""The program on a screen that a test can look at and type on."""

"""Comparison of two clips of one runner."""

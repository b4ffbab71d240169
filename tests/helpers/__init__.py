"""Factories and runners that several tests share."""

"""Detect and track people, and estimate how the camera sees them; the only package that uses MediaPipe."""

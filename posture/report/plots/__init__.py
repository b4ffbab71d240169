"""Plots, drawn by matplotlib for a light and a dark page."""

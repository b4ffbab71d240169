"""Validation of the measures on rendered people: rendering, population, accuracy and calibration."""

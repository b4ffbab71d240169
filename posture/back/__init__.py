"""Room 5: pelvic tilt, lumbar arch and the rest, from the outline."""

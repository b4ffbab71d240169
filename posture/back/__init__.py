"""The measures of one clip: pelvic tilt, lumbar arch and the rest, with their intervals."""

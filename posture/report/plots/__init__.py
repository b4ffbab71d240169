"""Room inside the report: every plot, drawn by matplotlib for a light and a dark page."""

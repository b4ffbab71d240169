"""Room inside the report: the clip with what was measured drawn on it, as a film."""

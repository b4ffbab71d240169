"""Records of the JSON files that other programs read."""

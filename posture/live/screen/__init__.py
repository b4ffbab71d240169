"""Window and terminal of the live commands."""

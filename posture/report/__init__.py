"""Reports: on the terminal, as HTML page and as annotated video."""

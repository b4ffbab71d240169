"""What a person gets to see: the terminal report, the progress bar, and files written whole or not at all."""

"""Summary of a batch: the table of all clips, and the page that shows it."""

"""Many clips at once: a folder of them in, one folder of results for each, a table and a page over all."""

"""One finding to hand on: a page of paper and a picture for a messenger."""

"""Fit the tables in `models/`: shape model, mask bias and measuring error."""

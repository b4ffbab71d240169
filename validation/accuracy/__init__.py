"""The published self-test: how far the numbers are from the truth, on rendered people to whom nothing was fitted.

``make accuracy`` analyses the stored population (validation/population) with the code that users run, and writes
docs/validation/accuracy.* and docs/validation/limits.*, with their pictures in docs/images.
"""

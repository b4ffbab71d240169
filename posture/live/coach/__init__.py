"""The live coach of the exercises."""

"""The rendered population with known truth: how it is drawn, and what is stored of it."""

"""The exercise library and the match from findings to suggested exercises."""

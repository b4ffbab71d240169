"""The scene around the runner: camera motion, things that stand in front of the back, light at its edge."""

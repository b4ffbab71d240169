"""Strides, phase, activity and joint angles of a tracked person, and the choice of the runner."""

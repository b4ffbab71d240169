"""The live check of a runner: framing, estimates, state, reminders and display."""

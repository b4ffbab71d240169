"""The live check of a runner: framing, estimates, state and reminders."""

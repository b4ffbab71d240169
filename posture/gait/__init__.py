"""Room 4: what the person does: strides, phase, cadence, activity, and who is the runner."""

"""Live check with a camera: the analysis of `posture analyze`, repeated over the last strides of a running session.

`source` gives the newest picture, `detector` finds the runner in it, `buffer` keeps the last seconds, and
`running.estimator` measures them in a process of its own. `running` turns the result into a state and reminders;
`coach` guides through an exercise instead. `session` joins camera, detector, observer and recording; `screen` displays
it in a window or a terminal; `run` is the command.
"""

"""The back as a camera sees it, while somebody runs: the rooms of the analysis, over the last strides, all the time.

`camera` gives the newest picture, `eyes` finds the runner in it, `rolling` keeps the last seconds, `estimate` measures
them with the code of `posture analyze` in a process of its own, `setup` and `state` say what that means, `cue` when to
remind; `session` joins them, and a screen (`window`, `terminal`) shows it.
"""

"""The synthetic runner: a parametric body with a known pelvis and lumbar spine, moved, filmed and measured.

Only needed to make ``samples/`` and the shape model again (``make samples``); the package never imports it.
Axes of the world: x to the runner's left, y backward (the runner faces -y), z up; metres.
"""

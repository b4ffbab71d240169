"""The synthetic runner: a parametric body with a known pelvis and lumbar spine, moved, filmed and measured.

It renders the samples, the population and the exercise pictures, and fits the shape model; the package never imports
it. Axes of the world: x to the runner's left, y backward (the runner faces -y), z up; metres.
"""

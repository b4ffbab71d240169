"""The coach of the exercises: what comes when, what a camera can tell about it, and what to say.

`plan` makes the stages from the dose of the library, `schedule` goes through them with any clock, `towel`, `crossing`
and `core` judge what was seen, `says` decides what is said, `lesson` joins them, `record` is what is left.
Nothing here opens a camera or a window: who does hands in what was seen and measured.
"""

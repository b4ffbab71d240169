"""Coach of the exercises: what comes when, what a camera shows of it, and which hint to give.

`plan` makes the stages from the dose in the library; `towel`, `crossing` and `core` judge a window of poses; `judge`
keeps the window and the hint on display; `lesson` joins them with a clock; `record` is the file that remains. Nothing
here opens a camera or a window: the caller passes in poses and measured changes.
"""

"""Order of the issues of a recording: the one whose mending helps most first, and without mere consequences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from posture.records.analysis import Issue

# Reasons that a report of a clip without a verdict gives: the headline and two more.
MAX_REASONS = 3

# From the picture as a whole over the runner in it to the back, then the strides, then the file: whoever mends a later
# one first films again for nothing. Blocking issues precede all others, whatever their places here.
ORDER = (
    "rotated",
    "upside_down",
    "no_person",
    "not_side_view",
    "several_runners",
    "overlapped",
    "cut_off",
    "too_small",
    "standing",
    "walking",
    "lean_implausible",
    "roll_doubtful",
    "roll_given",
    "dark",
    "back_light",
    "something_in_front",
    "hard_shade",
    "bars_or_shade",
    "loose_clothing",
    "worn_on_back",
    "back_hidden",
    "back_ambiguous",
    "posture_changes",
    "unsteady_strides",
    "camera_turns",
    "gait_unclear",
    "too_few_strides",
    "rarely_seen",
    "damaged",
    "overlapped_at_times",
    "partly_side_view",
    "slightly_oblique",
    "camera_pitch",
    "upper_back_hidden",
    "lost_at_times",
    "small",
    "few_strides",
    "others_seen",
    "cuts",
    "frame_rate_assumed",
    "low_frame_rate",
    "slow_motion",
    "slow_motion_stated",
    "too_fast",
    "turned",
    "odd_file",
    "roll_assumed",
)

_FILE = {"damaged", "cuts", "odd_file", "frame_rate_assumed", "low_frame_rate"}
_RUNNER = frozenset(ORDER) - {"rotated", "upside_down", "no_person", *_FILE}
# What an outline looks like that something disturbs.
_DISTURBED = ("loose_clothing", "back_hidden", "back_ambiguous", "upper_back_hidden")
# What a blocking issue makes of others: in a turned picture nothing else about the runner is true, clothing and objects
# are what splits the back in two, and whoever is cut off is neither found nor striding.
CONSEQUENCES: Mapping[str, frozenset[str]] = {
    "rotated": _RUNNER,
    "upside_down": _RUNNER,
    "several_runners": frozenset({"overlapped", "overlapped_at_times", "others_seen", "lost_at_times"}),
    "overlapped": frozenset({"overlapped_at_times", *_DISTURBED}),
    "lean_implausible": frozenset(
        {"roll_doubtful", "roll_given", "roll_assumed", "camera_turns", "camera_pitch"}
        | {"posture_changes", "unsteady_strides"}
    ),
    "cut_off": frozenset({"too_few_strides", "few_strides", "rarely_seen", "lost_at_times"}),
    "dark": frozenset({"back_light", *_DISTURBED, "rarely_seen", "lost_at_times", "low_frame_rate"}),
    "back_light": frozenset(_DISTURBED),
    "something_in_front": frozenset(_DISTURBED),
    "hard_shade": frozenset(_DISTURBED),
    "bars_or_shade": frozenset(_DISTURBED),
    "loose_clothing": frozenset({"back_ambiguous", "back_hidden", "upper_back_hidden"}),
    "worn_on_back": frozenset({"back_ambiguous", "back_hidden", "upper_back_hidden"}),
    "back_hidden": frozenset({"back_ambiguous", "upper_back_hidden"}),
}


def order_issues(issues: Sequence[Issue]) -> tuple[Issue, ...]:
    """Return the issues that do not follow from another, blocking ones first, then by `ORDER`."""
    following = {code for issue in issues if issue.blocking for code in CONSEQUENCES.get(issue.code, ())}
    own = [issue for issue in issues if issue.code not in following]
    return tuple(sorted(own, key=lambda issue: (not issue.blocking, _place(issue.code))))


def main_issues(issues: Sequence[Issue]) -> tuple[Issue, ...]:
    """Return what a report shows of ordered issues: all remarks on a measured clip, else `MAX_REASONS` at most."""
    return tuple(issues[:MAX_REASONS] if any(issue.blocking for issue in issues) else issues)


def _place(code: str) -> int:
    return ORDER.index(code) if code in ORDER else len(ORDER)

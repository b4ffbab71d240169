"""Issues of a recording, and the conditions that its numbers depend on."""

from __future__ import annotations

from collections.abc import Sequence

from posture.language import format_list
from posture.language import gettext as _
from posture.quality.back_rules import BACK_RULES
from posture.quality.recording import Recording
from posture.quality.recording_rules import CAMERA_RULES, FILE_RULES
from posture.quality.rule import span_text
from posture.quality.runner_rules import EMPTY_RULES, RUNNER_RULES
from posture.reasons import order_issues
from posture.records.analysis import Condition, Issue

# Code of the condition that the top is tight and nothing is worn over it.
LOOSE_POSSIBLE = "loose_clothing_possible"
# By subject; `posture.reasons.ORDER` says in which order the issues are listed.
RULES = (*FILE_RULES, *CAMERA_RULES, *RUNNER_RULES, *BACK_RULES)
RULES_WITHOUT_RUNNER = (*EMPTY_RULES, *FILE_RULES)


def find_issues(recording: Recording) -> tuple[Issue, ...]:
    """Return the issues of all rules that the recording violates, in the order of `posture.reasons`."""
    rules = RULES if recording.detected_share > 0 else RULES_WITHOUT_RUNNER
    return order_issues([rule.issue(recording) for rule in rules if rule.applies(recording)])


def find_part_issues(recording: Recording) -> tuple[Issue, ...]:
    """Return what disturbs the back in a part of a clip."""
    return order_issues([rule.issue(recording) for rule in BACK_RULES if rule.applies(recording)])


def with_part_issues(
    issues: Sequence[Issue], parts: Sequence[tuple[float, float, Sequence[Issue]]]
) -> tuple[Issue, ...]:
    """Return the issues of a measurable clip with those that only its parts show, as remarks with their seconds.

    Parameters
    ----------
    parts
        Start and end of each, seconds, and its issues.
    """
    known = {issue.code for issue in issues}
    if any(issue.blocking for issue in issues):
        return tuple(issues)
    found: dict[str, Issue] = {}
    spans: dict[str, list[str]] = {}
    for start, end, own in parts:
        for issue in own:
            if issue.code not in known:
                found.setdefault(issue.code, issue)
                spans.setdefault(issue.code, []).append(span_text(start, end))
    remarks = [
        issue.model_copy(
            update={
                "message": _("{spans}: {message}").format(spans=format_list(spans[code]), message=issue.message),
                "blocking": False,
            }
        )
        for code, issue in found.items()
    ]
    return order_issues([*issues, *remarks])


def find_conditions(recording: Recording) -> tuple[Condition, ...]:
    """Return what the numbers of a measurable recording depend on."""
    if not recording.loose_possible:
        return ()
    message = _(
        "if your top is tight and you wear nothing over it. Loose clothes or a pack could look the same, and hide or "
        "add a hollow"
    )
    return (Condition(code=LOOSE_POSSIBLE, message=message),)

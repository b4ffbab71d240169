"""Same person or not in a standing clip and a run: by the colours of the clothes and by the build."""

from __future__ import annotations

import math

from posture.language import gettext as _
from posture.records.analysis import Issue, Subject
from posture.thresholds import SAME_PERSON
from posture.types import Activity

# By how much larger a ratio is measured in a run than in a stand (natural logarithm), and its standard deviation:
# landmarks of bent legs, and of a head that leans forward, lie closer. Rendered: 155 people of the
# calibration half, each with both clips (python -m validation.calibration.same_person).
RUN_MINUS_STAND = {"thigh": (-0.089, 0.041), "shank": (-0.024, 0.040), "neck": (-0.083, 0.044)}


def other_person(stand: Subject, run: Subject) -> Issue | None:
    """Return a note when a standing clip may show another person; None when nothing speaks for that.

    Clothes or build alone cast a doubt: clothes change, and one in twenty-five people differs from their own build by
    more than the limit. Both together say that it is another person, and block.
    """
    clothes, build = colours_differ(stand, run), builds_differ(stand, run)
    if not (clothes or build):
        return None
    if clothes and build:
        message = _("the standing clip seems to show another person: clothes and build differ")
    elif clothes:
        message = _("the clothes in the standing clip have other colours: is it the same person?")
    else:
        message = _("the build looks different in the standing clip: is it the same person?")
    return Issue(
        code="other_person",
        message=message,
        advice=_("Stand still for 3 seconds at the start of the running clip; then there is no doubt."),
        blocking=clothes and build,
    )


def colours_differ(one: Subject, other: Subject) -> bool:
    """Return whether the clothes on trunk or thighs have other colours; False where they are not known."""
    pairs = [(one.colours.get(part), other.colours.get(part)) for part in one.colours]
    return any(a is not None and b is not None and math.dist(a, b) > SAME_PERSON.colour_levels for a, b in pairs)


def builds_differ(one: Subject, other: Subject) -> bool:
    """Return whether the proportions differ by more than those of one person; False where they are not known."""
    deviation = 0.0
    for name, (shift, sd) in RUN_MINUS_STAND.items():
        a, b = one.build.get(name), other.build.get(name)
        if not a or not b:
            return False
        expected = shift * (_runs(other.activity) - _runs(one.activity))
        deviation += ((math.log(b / a) - expected) / sd) ** 2
    return deviation > SAME_PERSON.build_deviation


def _runs(activity: Activity) -> int:
    return int(activity != "standing")

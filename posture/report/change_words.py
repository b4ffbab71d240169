"""Changes between two clips in plain words: how sure one is, with the 95 % interval that decides it."""

from __future__ import annotations

from typing import Literal

from posture.language import format_number, gettext_noop
from posture.language import gettext as _
from posture.records.analysis import Change
from posture.report.wording import signed, words_of

ChangeGrade = Literal["real", "at_the_limit", "unclear"]

# Within this share of the smallest detectable change the answer stays open: one clip's numbers differ by some tenths of
# a degree between computers, which must not turn a "real" into a "not clear".
_LIMIT_SHARE = 0.1
_FINDINGS: dict[ChangeGrade, str] = {
    "real": gettext_noop("a real change"),
    "at_the_limit": gettext_noop("about as large as the measuring error"),
    "unclear": gettext_noop("no clear change"),
}


def change_grade(change: Change) -> ChangeGrade:
    """Return whether a change is real; between a clear yes and a clear no it is at the limit."""
    size = abs(change.value)
    if size >= (1 + _LIMIT_SHARE) * change.mdc95:
        return "real"
    return "at_the_limit" if size >= (1 - _LIMIT_SHARE) * change.mdc95 else "unclear"


def finding_of(change: Change) -> str:
    """Return the grade of a change in words, inside a sentence."""
    return _(_FINDINGS[change_grade(change)])


def signed_interval(change: Change, name: str, unit: str) -> tuple[str, str]:
    """Return a change with its unit, and its 95 % interval in brackets, which leaves zero out when it is real."""
    digits = words_of(name).digits
    low, high = (format_number(end, digits, plus=True) for end in change.ci95)
    return signed(change.value, unit, digits), _("(95 %: {low} to {high})").format(low=low, high=high)

"""What names say: whose clip it is, of which session, whether it is the standing clip, and where its results go."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from posture.batch.model import ClipFile
from posture.errors import OptionError, UsageError
from posture.language import gettext as _
from posture.types import natural_key

STANDS = re.compile(
    r"(?<![a-z])(stand(s|ing|ed)?|neutral|baseline|static|stehend?|stillstand|ruhe)(?![a-z])", re.IGNORECASE
)
"""In the name of a runner's standing clip, as a word of its own."""
MOVES = re.compile(
    r"(?<![a-z])(run(s|ning)?|jog(s|ging)?|walk(s|ing)?|lauf(en)?|gehen)(?![a-z])", re.IGNORECASE
)
"""In a clip's name, says that it is not the standing one: ``run_neutral.mp4``."""

# A pattern takes milliseconds for a hundred thousand names, or it never ends.
PATTERN_S, PATTERN_BYTES = 30.0, 1 << 32

TOP_FILES = ("index.html", "summary.csv", "summary.parquet", "tables.json")
"""What lies beside the folders of results."""


def runner_pattern(text: str) -> re.Pattern[str]:
    r"""Return the pattern that tells runner and session from a clip's name.

    Parameters
    ----------
    text : str
        A regular expression with the named group ``runner`` and, if there are sessions, ``session``, such as
        ``(?P<runner>[a-z]+)_(?P<session>\d+)``.

    Raises
    ------
    UsageError
        When it is no regular expression, or has no group ``runner``.
    """
    try:
        pattern = re.compile(text)
    except re.error as error:
        raise UsageError(
            _("is no regular expression ({reason})").format(reason=error),
            where="--runner-pattern",
            advice=_("Use one such as {example}.").format(example=r"(?P<runner>[a-z]+)_(?P<session>\d+)"),
        ) from error
    if "runner" not in pattern.groupindex:
        raise UsageError(
            _("does not say which part is the runner"),
            where="--runner-pattern",
            advice=_("Use named groups: {example}.").format(example=r"(?P<runner>[a-z]+)_(?P<session>\d+)"),
        )
    return pattern


def assign_runners(clips: Sequence[ClipFile], pattern: re.Pattern[str] | None = None) -> list[ClipFile]:
    """Return the clips with runner, session and folder of results.

    Parameters
    ----------
    clips : sequence of Clip
    pattern : re.Pattern, optional
        Searched in the clip's path below the folder. Without one, the first folder is the runner and the folders below
        it are the session; clips that lie in no folder have neither.
    """
    folders = result_folders([clip.name for clip in clips])
    return [_assign_runner(clip, folder, pattern) for clip, folder in zip(clips, folders, strict=True)]


def assign_runners_by_pattern(
    clips: Sequence[ClipFile], text: str, *, seconds: float = PATTERN_S
) -> list[ClipFile]:
    """Return the same by a pattern, within a time: some patterns go on for years, ``(a+)+_`` for one.

    Parameters
    ----------
    clips : sequence of Clip
    text : str
        As for `runner_pattern`.
    seconds : float
        For all clips together.

    Raises
    ------
    OptionError
        When it cannot be used, or takes longer.
    """
    from posture.batch.workers.guarded import ChildProcess, EarlyExit, Limits

    runner_pattern(text)
    child = ChildProcess(Limits(seconds, PATTERN_BYTES))
    try:
        answer: list[ClipFile] | EarlyExit = child.run(_assign_in_child, (list(clips), text))
    finally:
        child.close()
    if isinstance(answer, EarlyExit) and answer.why in {"crashed", "stopped"}:
        raise OptionError(
            _("could not be tried: its process ended unexpectedly"),
            where="--runner-pattern",
            advice=_("Run the command once more."),
        )
    if isinstance(answer, EarlyExit):
        raise OptionError(
            _("takes too long on these names"),
            where="--runner-pattern",
            advice=_("Use a simpler one, without repeats within repeats."),
        )
    return answer


def _assign_in_child(given: tuple[list[ClipFile], str]) -> list[ClipFile]:
    clips, text = given
    return assign_runners(clips, runner_pattern(text))


def _assign_runner(clip: ClipFile, folder: str, pattern: re.Pattern[str] | None) -> ClipFile:
    *parents, last = clip.name.split("/")
    if pattern is None:
        runner, session = (parents[0] if parents else None), "/".join(parents[1:]) or None
    else:
        match = pattern.search(clip.name)
        groups = match.groupdict() if match else {}
        runner, session = groups.get("runner") or None, groups.get("session") or None
    stands = runner is not None and bool(STANDS.search(last)) and not MOVES.search(last)
    return replace(clip, folder=folder, runner=runner, session=session, stands=stands)


def result_folders(names: Sequence[str]) -> list[str]:
    """Return where each clip's results go: its name without the suffix, with it where two would be the same.

    Case counts for nothing, as on the disks of many machines.
    """
    stems = [_stem(name) for name in names]
    often = Counter(stem.casefold() for stem in stems)
    # A folder must not lie inside the results of a clip of that name: a.mp4 beside a/b.mp4. Nor have the name that
    # another clip's results keep: a.mp4.mov beside a.mp4 and a.mov.
    taken = {parent.casefold() for name in names for parent in _parents(name)} | set(TOP_FILES)
    taken |= {name.casefold() for name in names}
    return [
        name if often[stem.casefold()] > 1 or stem.casefold() in taken else stem
        for name, stem in zip(names, stems, strict=True)
    ]


def match_baselines(clips: Sequence[ClipFile]) -> dict[str, ClipFile]:
    """Return the standing clip of each running clip that has one, by the running clip's name.

    The runner's own of the same session comes first, then that of the session before (in the order of the sessions'
    names), then any.
    """
    standing: dict[str, list[ClipFile]] = {}
    for clip in clips:
        if clip.stands and clip.runner is not None:
            standing.setdefault(clip.runner, []).append(clip)
    for own in standing.values():
        own.sort(key=lambda clip: (natural_key(clip.session or ""), natural_key(clip.name)))
    return {
        clip.name: _nearest(clip, standing[clip.runner])
        for clip in clips
        if not clip.stands and clip.runner in standing
    }


def _nearest(clip: ClipFile, standing: Sequence[ClipFile]) -> ClipFile:
    session = natural_key(clip.session or "")
    same = [one for one in standing if natural_key(one.session or "") == session]
    earlier = [one for one in standing if natural_key(one.session or "") < session]
    return (same[:1] or earlier[-1:] or standing[:1])[0]


def _stem(name: str) -> str:
    folder, slash, last = name.rpartition("/")
    stem, dot, _suffix = last.rpartition(".")
    return folder + slash + (stem if dot and stem else last)


def _parents(name: str) -> list[str]:
    parts = name.split("/")[:-1]
    return ["/".join(parts[: place + 1]) for place in range(len(parts))]

"""Runner, session, standing clip and result folder, derived from the names of the clips."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from posture.analysis.person_names import MOVES, STANDS, name_in, person_of_folder
from posture.batch.layout import TOP_FILES
from posture.batch.model import ClipFile
from posture.errors import OptionError, UsageError
from posture.language import gettext as _
from posture.types import natural_key

# A sane pattern takes milliseconds for a hundred thousand names; a catastrophic one never ends.
PATTERN_S, PATTERN_BYTES = 30.0, 1 << 32
PATTERN_EXAMPLE = r"(?P<runner>[a-z]+)_(?P<session>\d+)"


def compile_pattern(text: str) -> re.Pattern[str]:
    """Compile the pattern that extracts runner and session from a clip's name, such as `PATTERN_EXAMPLE`.

    Raises
    ------
    UsageError
        When it is not a regular expression, or has no group ``runner``; a group ``session`` is optional.
    """
    try:
        pattern = re.compile(text)
    except re.error as error:
        raise UsageError(
            _("is not a regular expression ({reason})").format(reason=error),
            where="--runner-pattern",
            advice=_("Use one such as {example}.").format(example=PATTERN_EXAMPLE),
        ) from error
    if "runner" not in pattern.groupindex:
        raise UsageError(
            _("does not say which part is the runner"),
            where="--runner-pattern",
            advice=_("Use named groups: {example}.").format(example=PATTERN_EXAMPLE),
        )
    return pattern


def assign_runners(clips: Sequence[ClipFile], pattern: re.Pattern[str] | None = None) -> list[ClipFile]:
    """Return the clips with their runner, session and result folder filled in.

    Parameters
    ----------
    pattern
        Searched in the clip's path below the folder. Without one, the first folder whose name may be a person's is the
        runner and the other folders are the session; not where a standing and another clip in it bear two other names.
        Clips without such a folder have a runner when their own name may be a person's, and a standing and another clip
        share it: ``ben_run.mp4``, ``ben_stand.mp4``.
    """
    folders = result_folders([clip.name for clip in clips])
    placed = [replace(clip, folder=folder) for clip, folder in zip(clips, folders, strict=True)]
    if pattern is not None:
        return [_assign_by_pattern(clip, pattern) for clip in placed]
    return _assign_by_own_name(_assign_by_folder(placed))


def assign_runners_by_pattern(clips: Sequence[ClipFile], text: str, *, seconds: float = PATTERN_S) -> list[ClipFile]:
    """Do the same by a pattern, in a process with a time limit: ``(a+)+_`` backtracks for years.

    Raises
    ------
    OptionError
        When the pattern cannot be used, or takes longer than ``seconds`` for all clips together.
    """
    from posture.batch.workers.guarded import ChildProcess, EarlyExit, Limits

    compile_pattern(text)
    child = ChildProcess(Limits(seconds, PATTERN_BYTES))
    try:
        answer: list[ClipFile] | EarlyExit = child.run(_assign_in_child, (list(clips), text))
    finally:
        child.close()
    if isinstance(answer, EarlyExit) and answer.why in {"crashed", "stopped"}:
        raise OptionError(
            _("could not be tested: its process ended unexpectedly"),
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


def _assign_in_child(arguments: tuple[list[ClipFile], str]) -> list[ClipFile]:
    clips, text = arguments
    return assign_runners(clips, compile_pattern(text))


def _assign_by_pattern(clip: ClipFile, pattern: re.Pattern[str]) -> ClipFile:
    match = pattern.search(clip.name)
    groups = match.groupdict() if match else {}
    runner = groups.get("runner") or None
    return replace(clip, runner=runner, session=groups.get("session") or None, stands=bool(runner) and _stands(clip))


def _assign_by_folder(clips: Sequence[ClipFile]) -> list[ClipFile]:
    """Return the clips; the first folder that may be a person's is the runner, unless names below it tell two people.

    Then the next such folder is, so that ``Meier/anna`` and ``Meier/ben`` are two runners.
    """
    skipped = [0] * len(clips)
    while True:
        placed = [_assign_by_nth_folder(clip, n) for clip, n in zip(clips, skipped, strict=True)]
        mixed = _runners_of_two_people(placed)
        if not mixed:
            return [clip for clip, _names in placed]
        skipped = [n + (clip.runner in mixed) for n, (clip, _names) in zip(skipped, placed, strict=True)]


def _assign_by_nth_folder(clip: ClipFile, skipped: int) -> tuple[ClipFile, frozenset[str]]:
    """Return the clip, and the words below the runner's folder that may be names."""
    parents = clip.name.split("/")[:-1]
    named = [place for place, parent in enumerate(parents) if person_of_folder(parent)][skipped:]
    runner = parents.pop(named[0]) if named else None
    below = [*(parents[named[0] :] if named else ()), _stem(clip.name).rpartition("/")[2]]
    words = frozenset(word for part in below for word in (name_in(part) or "").casefold().split())
    stands = bool(runner) and _stands(clip)
    return replace(clip, runner=runner, session="/".join(parents) or None, stands=stands), words


def _runners_of_two_people(placed: Sequence[tuple[ClipFile, frozenset[str]]]) -> set[str]:
    """Return the runners with a standing and another clip whose further names have no word in common."""
    names: dict[str, tuple[set[frozenset[str]], set[frozenset[str]]]] = {}
    for clip, words in placed:
        if clip.runner is not None and words:
            names.setdefault(clip.runner, (set(), set()))[clip.stands].add(words)
    return {
        runner
        for runner, (others, standing) in names.items()
        if any(one.isdisjoint(two) for one in standing for two in others)
    }


def _assign_by_own_name(clips: Sequence[ClipFile]) -> list[ClipFile]:
    """Return the clips; those without a runner take the name that a standing and another clip of them share."""
    names = [None if clip.runner else name_in(_stem(clip.name).rpartition("/")[2]) for clip in clips]
    keys = [name.casefold() if name and len(name) > 1 else None for name in names]
    kinds: dict[str, set[bool]] = {}
    for clip, key in zip(clips, keys, strict=True):
        if key is not None:
            kinds.setdefault(key, set()).add(_stands(clip))
    shared = {key for key, kind in kinds.items() if len(kind) == 2}
    spelling = {key: name for key, name in reversed(list(zip(keys, names, strict=True))) if key in shared}
    return [
        replace(clip, runner=spelling[key], stands=_stands(clip)) if key in spelling else clip
        for clip, key in zip(clips, keys, strict=True)
    ]


def _stands(clip: ClipFile) -> bool:
    """Return whether a clip's own name says that it shows the runner standing."""
    last = clip.name.rpartition("/")[2]
    return bool(STANDS.search(last)) and not MOVES.search(last)


def unnamed_standing_clips(clips: Sequence[ClipFile]) -> list[str]:
    """Return the names of the standing clips whose runner is not known."""
    return [clip.name for clip in clips if clip.runner is None and _stands(clip)]


def result_folders(names: Sequence[str]) -> list[str]:
    """Return each clip's result folder: its name without the suffix, or with it where two would collide.

    Case is ignored, as it is by the file systems of many machines.
    """
    stems = [_stem(name) for name in names]
    counts = Counter(stem.casefold() for stem in stems)
    # A result folder must not contain another clip's results (a.mp4 beside a/b.mp4), nor take the name that another
    # clip needs (a.mp4.mov beside a.mp4 and a.mov).
    taken = {str(parent).casefold() for name in names for parent in PurePosixPath(name).parents}
    taken |= {*TOP_FILES, *(name.casefold() for name in names)}
    return [
        name if counts[stem.casefold()] > 1 or stem.casefold() in taken else stem
        for name, stem in zip(names, stems, strict=True)
    ]


def match_baselines(clips: Sequence[ClipFile]) -> dict[str, ClipFile]:
    """Map each running clip's name to the runner's standing clip, where there is one.

    The standing clip of the same session is preferred, then that of the latest earlier session (in the order of the
    sessions' names), then the first.
    """
    standing: dict[str, list[ClipFile]] = {}
    for clip in clips:
        if clip.stands and clip.runner is not None:
            standing.setdefault(clip.runner, []).append(clip)
    for candidates in standing.values():
        candidates.sort(key=lambda clip: (natural_key(clip.session or ""), natural_key(clip.name)))
    return {
        clip.name: _nearest(clip, standing[clip.runner])
        for clip in clips
        if not clip.stands and clip.runner in standing
    }


def _nearest(clip: ClipFile, standing: Sequence[ClipFile]) -> ClipFile:
    session = natural_key(clip.session or "")
    same = [other for other in standing if natural_key(other.session or "") == session]
    earlier = [other for other in standing if natural_key(other.session or "") < session]
    return (same[:1] or earlier[-1:] or standing[:1])[0]


def _stem(name: str) -> str:
    folder, slash, last = name.rpartition("/")
    stem, dot, _suffix = last.rpartition(".")
    return folder + slash + (stem if dot and stem else last)

"""Checks made before long work: results are writable and overwrite no input."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from contextlib import suppress
from itertools import chain, count
from pathlib import Path

from posture.errors import OutputError, RecordError
from posture.language import gettext as _
from posture.output.files import os_errors_as_output_errors, refuse_folder
from posture.output.names import ANALYSIS, CLIP_FILES
from posture.records.analysis import Analysis
from posture.video import sha256_of


def default_out_dir(source_path: str | Path) -> Path:
    """Return the default folder for the results of a clip: ``NAME-posture``, NAME being the clip's stem."""
    source = Path(source_path)
    if not source.name or source.name == "..":
        source = source.resolve()
    # Not Path.is_dir, which raises for a name that is too long.
    name = source.name if os.path.isdir(source) else source.stem  # noqa: PTH112
    return Path(f"{name or 'clip'}-posture")


def choose_out_dir(source_path: str | Path, below: Path = Path()) -> Path:
    """Return `default_out_dir`, with a number after its name where that folder holds the results of another clip.

    Parameters
    ----------
    below
        Folder that it lies in, by default the current one.

    Raises
    ------
    VideoError
        When the clip has to be compared with an earlier one, and cannot be read.
    """
    first = below / default_out_dir(source_path)
    numbered = (first.with_name(f"{first.name}-{number}") for number in count(2))
    return next(folder for folder in chain([first], numbered) if not _holds_other_clip(folder, Path(source_path)))


def _holds_other_clip(folder: Path, source_path: Path) -> bool:
    file = folder / ANALYSIS
    if not file.is_file():
        return False
    try:
        source = Analysis.from_json(file).source
    except RecordError:
        return True
    if (content := sha256_of(source_path)) is not None:
        return source.sha256 != content
    # A folder of images.
    return os.path.realpath(source.path) != os.path.realpath(source_path)


def check_writable(folder: str | Path) -> None:
    """Check that a folder can be written to, without creating it.

    Raises
    ------
    OutputError
        When the folder or the nearest one above it cannot be written to, or is a file.
    """
    target = Path(folder)
    with os_errors_as_output_errors(target):
        nearest = next((p for p in (target, *target.absolute().parents) if p.exists()), target)
        if not nearest.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(target))
        effective = os.access in os.supports_effective_ids
        if not os.access(nearest, os.W_OK | os.X_OK, effective_ids=effective):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))


def check_target(path: str | Path) -> None:
    """Check that a file can be written, without creating it.

    Raises
    ------
    OutputError
        When it is a folder, or its folder cannot be written to.
    """
    target = Path(path)
    with os_errors_as_output_errors(target):
        refuse_folder(target)
        if target.exists() and not target.is_file():  # a device or pipe is written to in place
            return
    check_writable(Path(os.path.realpath(target)).parent)


def check_not_an_input(targets: Iterable[str | Path], inputs: Iterable[str | Path | None]) -> None:
    """Check that no result would overwrite an input; inputs that are None are ignored.

    Raises
    ------
    OutputError
        When a target is an input, under whatever name.
    """
    sources = [path for path in inputs if path is not None]
    # A folder of results stands for the analysis in it.
    sources += [Path(path) / ANALYSIS for path in sources]
    for target in targets:
        for path in sources:
            with suppress(OSError, ValueError):
                # realpath also resolves through folders that do not exist yet, and unlike Path.resolve does not
                # raise for circular links.
                if Path(os.path.realpath(target)).samefile(path):
                    raise OutputError(
                        _("would be overwritten, but it is also an input"),
                        where=target,
                        advice=_("Name another file or folder for the results."),
                    )


def check_folder(folder: Path, inputs: Iterable[str | Path | None]) -> None:
    """Check that the results of a clip can be written to a folder, without creating it.

    Raises
    ------
    OutputError
        When the folder cannot be written to, when a result would overwrite an input, or when a folder stands in a
        result's place.
    """
    check_writable(folder)
    targets = [folder / name for name in CLIP_FILES]
    check_not_an_input((folder, *targets), inputs)
    for path in targets:
        if path.is_dir():
            raise OutputError(
                _("cannot be written, it is a folder"),
                where=path,
                advice=_("Name another file or folder for the results."),
            )

"""Names of the files and folders of a batch: clips, results and what lies beside them."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from posture.output.names import ANALYSIS, CLIP_FILES

MANIFEST = "batch.json"
"""In each folder of results: of which clip and settings they are; written last."""
STAGING_FOLDER = ".posture-work"
"""Where results are built, below the folder of all results."""
BACKUP_SUFFIX = "-old"
"""Ends the names of folders in the workshop that hold the results before the last ones."""
THUMBNAIL = "thumb.jpg"
RESULT_FILES = frozenset({*CLIP_FILES, MANIFEST, THUMBNAIL})
"""All that a batch may write, replace or remove in the folder of one clip."""
VIDEO_SUFFIXES = frozenset(
    {
        *(".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".gif", ".mpg", ".mpeg", ".ts", ".mts", ".m2ts"),
        *(".wmv", ".flv", ".3gp", ".3g2", ".ogv", ".vob", ".mxf", ".asf", ".divx", ".dv", ".hevc", ".h264"),
    }
)
"""A file called so is a clip; one that cannot be read is then told, not passed over."""
# What marks a folder as results: none of its files is a clip.
RESULT_MARKS = (ANALYSIS, MANIFEST, "summary.csv")


def is_url(location: str) -> bool:
    """Return whether a location is a URL, such as ``s3://bucket/clips``, and not a path."""
    return "://" in location


def wanted(name: str, *, include: Sequence[str], exclude: Sequence[str]) -> bool:
    """Return whether a name below the folder fits the globs."""
    short = name.rpartition("/")[2]

    def fits(globs: Sequence[str]) -> bool:
        return any(fnmatchcase(name, glob) or fnmatchcase(short, glob) for glob in globs)

    return (not include or fits(include)) and not fits(exclude)

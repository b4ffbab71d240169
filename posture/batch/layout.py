"""Names of the files and folders of a batch: which are clips, which are results."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from posture.output.names import ANALYSIS, CLIP_FILES

MANIFEST = "batch.json"
"""Manifest of a result folder, written last: a folder without one does not count as done."""
STAGING_FOLDER = ".posture-work"
"""Folder below all results in which result folders are built."""
BACKUP_SUFFIX = "-old"
"""Suffix of folders in the staging folder that hold replaced results until the new ones are in place."""
LOCK = ".posture-lock"
THUMBNAIL = "thumb.jpg"
SUMMARY, SUMMARY_PARQUET, INDEX_PAGE = "summary.csv", "summary.parquet", "index.html"
TOP_FILES = (INDEX_PAGE, SUMMARY, SUMMARY_PARQUET, "tables.json")
"""Files beside the result folders."""
RESULT_FILES = frozenset({*CLIP_FILES, MANIFEST, THUMBNAIL})
"""All that a batch may write, replace or remove in the folder of one clip."""
VIDEO_SUFFIXES = frozenset(
    {
        *(".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".gif", ".mpg", ".mpeg", ".ts", ".mts", ".m2ts"),
        *(".wmv", ".flv", ".3gp", ".3g2", ".ogv", ".vob", ".mxf", ".asf", ".divx", ".dv", ".hevc", ".h264"),
    }
)
"""Suffixes of clips; an unreadable file with one of them is reported as failed, not skipped."""
RESULT_MARKS = (ANALYSIS, MANIFEST, SUMMARY)
"""Files that mark a folder as results, so that none of its files is a clip."""


def is_url(location: str) -> bool:
    """Return whether a location is a URL, such as ``s3://bucket/clips``, and not a path."""
    return "://" in location


def is_selected(name: str, *, include: Sequence[str], exclude: Sequence[str]) -> bool:
    """Return whether a clip's name below the folder matches the globs."""
    short = name.rpartition("/")[2]

    def matches(globs: Sequence[str]) -> bool:
        return any(fnmatchcase(name, glob) or fnmatchcase(short, glob) for glob in globs)

    return (not include or matches(include)) and not matches(exclude)

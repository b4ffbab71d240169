"""Names of the files and folders of a batch: which are clips, which are results."""

from __future__ import annotations

from dataclasses import dataclass
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
RESULT_MARKS = (ANALYSIS, MANIFEST, SUMMARY)
"""Files that mark a folder as results, so that none of its files is a clip."""


def is_url(location: str) -> bool:
    """Return whether a location is a URL, such as ``s3://bucket/clips``, and not a path."""
    return "://" in location


@dataclass(frozen=True)
class ClipFilter:
    """Selection of the clips below a folder.

    Attributes
    ----------
    recursive
        Whether folders below it are searched too.
    include, exclude
        Globs such as ``*.mov`` or ``march/*``, of names or of paths below the folder. If any are included, only clips
        that match one of them are selected.
    """

    recursive: bool = False
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def matches(self, name: str) -> bool:
        """Return whether a path below the folder fits the globs."""
        last = name.rpartition("/")[2]

        def fits(globs: tuple[str, ...]) -> bool:
            return any(fnmatchcase(name, glob) or fnmatchcase(last, glob) for glob in globs)

        return (not self.include or fits(self.include)) and not fits(self.exclude)

"""Names of clips, and of the files that the analysis of one writes; those of a batch are in `posture.batch.layout`."""

from __future__ import annotations

ANALYSIS = "analysis.json"
REPORT = "report.html"
VIDEO = "annotated.mp4"
BACK_PHOTO = "back.jpg"
PEOPLE_PHOTO = "people.jpg"
PAGE_PDF = "report.pdf"
CARD_PNG = "card.png"
FRAMES = "frames.csv"
STRIDES = "strides.csv"
CSVW = "tables.json"
PARQUET = ("frames.parquet", "strides.parquet")
OPENSIM = ("landmarks.trc", "angles.mot")
MOVEMENT = "movement.nc"
COMPARISON, COMPARISON_PAGE = "comparison.json", "comparison.html"
HISTORY_PAGE = "history.html"
SESSION_VIDEO = "session.mp4"

CLIP_FILES = (
    ANALYSIS,
    REPORT,
    VIDEO,
    PAGE_PDF,
    CARD_PNG,
    BACK_PHOTO,
    PEOPLE_PHOTO,
    FRAMES,
    STRIDES,
    CSVW,
    *PARQUET,
    *OPENSIM,
    MOVEMENT,
)
"""All that an analysis may write, replace or remove in its folder."""

VIDEO_SUFFIXES = frozenset(
    {
        *(".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".gif", ".mpg", ".mpeg", ".ts", ".mts", ".m2ts"),
        *(".wmv", ".flv", ".3gp", ".3g2", ".ogv", ".vob", ".mxf", ".asf", ".divx", ".dv", ".hevc", ".h264"),
    }
)
"""Suffixes of clips; an unreadable file with one of them is reported as failed, not skipped."""


def short_name(path: str) -> str:
    """Return the last part of a path of any system."""
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2] or path

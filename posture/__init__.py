"""Pelvic tilt and lumbar arch from an ordinary side-view running video.

>>> import posture
>>> a = posture.analyze("jog.mp4")  # doctest: +SKIP
>>> a.verdict.label, a.measures["lumbar_arch_deg"]  # doctest: +SKIP

Nothing heavy is imported until it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from posture.errors import ModelFileError, OptionError, OutputError, PostureError, RecordError, VideoError
from posture.version import __version__

if TYPE_CHECKING:
    from posture.analysis.compare_clips import compare
    from posture.analysis.examination import Examination
    from posture.analysis.history import history
    from posture.analysis.pipeline import analyze, examine
    from posture.records.analysis import Analysis
    from posture.records.comparison import Comparison
    from posture.records.history import History

__all__ = [
    "Analysis",
    "Comparison",
    "Examination",
    "History",
    "ModelFileError",
    "OptionError",
    "OutputError",
    "PostureError",
    "RecordError",
    "VideoError",
    "__version__",
    "analyze",
    "compare",
    "examine",
    "history",
]


_LAZY = {
    "Analysis": "posture.records.analysis",
    "Comparison": "posture.records.comparison",
    "Examination": "posture.analysis.examination",
    "History": "posture.records.history",
    "analyze": "posture.analysis.pipeline",
    "compare": "posture.analysis.compare_clips",
    "examine": "posture.analysis.pipeline",
    "history": "posture.analysis.history",
}


def __getattr__(name: str) -> Any:
    """Import the heavy names at their first use (PEP 562)."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)


def __dir__() -> list[str]:
    """List the public names, the lazily imported ones too."""
    return sorted(__all__)

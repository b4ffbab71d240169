"""The page over all clips: ``index.html``."""

from posture.batch.summary.page import index_page

__all__ = ["index_page"]

"""The page over all clips: ``index.html``."""

from posture.batch.index.document import index_page

__all__ = ["index_page"]

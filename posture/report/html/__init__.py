"""Room inside the report: report.html, one page that needs nothing beside it and asks nothing of the network."""

from __future__ import annotations

from posture.report.html.document import Draft, draft, finished, page
from posture.report.html.photos import Pictures, Shot, pictures_of
from posture.report.html.video import Clock, Film

__all__ = ["Clock", "Draft", "Film", "Pictures", "Shot", "draft", "finished", "page", "pictures_of"]

"""Room inside the report: report.html, one page that needs nothing beside it and asks nothing of the network."""

from __future__ import annotations

from posture.report.page.document import Draft, draft, finished, page
from posture.report.page.film import Clock, Film
from posture.report.page.pictures import Pictures, Shot, pictures_of

__all__ = ["Clock", "Draft", "Film", "Pictures", "Shot", "draft", "finished", "page", "pictures_of"]

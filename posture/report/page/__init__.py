"""Room inside the report: report.html, one page that needs nothing beside it and asks nothing of the network."""

from __future__ import annotations

from posture.report.page.document import page
from posture.report.page.film import Film
from posture.report.page.pictures import Pictures, Shot, pictures_of

__all__ = ["Film", "Pictures", "Shot", "page", "pictures_of"]

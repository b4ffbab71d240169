"""report.html: a self-contained page without network access."""

from __future__ import annotations

from posture.report.html.document import ReportPage, report_page
from posture.report.html.people_photo import take_people_photo
from posture.report.html.photos import Photo, Photos, standing_photo, take_photos
from posture.report.html.strides import PageVideo

__all__ = [
    "PageVideo",
    "Photo",
    "Photos",
    "ReportPage",
    "report_page",
    "standing_photo",
    "take_people_photo",
    "take_photos",
]

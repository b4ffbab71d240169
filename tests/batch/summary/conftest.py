"""The page over all clips in a browser, and hand-made analyses for its table."""

from helpers.html_page import browser, look  # noqa: F401
from helpers.report_analyses import make_analysis  # noqa: F401

"""Hand-made analyses for the reports."""

from helpers.report_analyses import make_analysis  # noqa: F401

"""Hand-made analyses for the result folder."""

from helpers.report_analyses import make_analysis  # noqa: F401

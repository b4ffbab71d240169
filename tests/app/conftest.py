"""A real browser."""

from helpers.html_page import browser  # noqa: F401

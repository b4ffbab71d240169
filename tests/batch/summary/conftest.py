"""The page over all clips in a browser."""

from helpers.html_page import browser, look  # noqa: F401

"""Examined synthetic people, whose backs are drawn."""

from helpers.examination_fixtures import leftward, running, standing  # noqa: F401

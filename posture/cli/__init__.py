"""Command line: a module for each command, and shared options and output."""

from posture.cli.main import cli

__all__ = ["cli"]

"""The command line: a module for each command, and what they share."""

from posture.cli.main import cli

__all__ = ["cli"]

"""Run the command line: ``python -m posture`` is the same as ``posture``."""

from __future__ import annotations


def main() -> None:
    """Start the command line."""
    from posture.cli import cli

    cli(prog_name="posture")


if __name__ == "__main__":
    main()

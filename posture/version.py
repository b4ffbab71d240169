"""The package's version, read by the build and written into every analysis."""

__version__ = "0.1.0"

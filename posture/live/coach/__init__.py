"""The coach with a camera: observer, display and command."""

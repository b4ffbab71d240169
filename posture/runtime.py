"""How many threads the libraries of numbers take in a process that is started from here."""

from __future__ import annotations

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
"""For the environment of a process that shares the cores: the libraries below NumPy read it at their start."""

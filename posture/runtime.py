"""Environment of child processes: one thread for BLAS and OpenMP."""

from __future__ import annotations

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
"""Variables that the libraries below NumPy read when they are loaded."""

"""Worker pools: local processes or a Dask cluster."""

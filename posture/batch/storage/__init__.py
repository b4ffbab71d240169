"""Where a batch keeps its results: a folder or an object store."""

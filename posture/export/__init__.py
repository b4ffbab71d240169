"""Tables and files for other programs: CSV, Parquet, OpenSim, movement."""

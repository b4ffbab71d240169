"""The room of tables and of files for other programs: CSV, Parquet, OpenSim, movement."""

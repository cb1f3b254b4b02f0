"""Declared knowledge of the graph: data files with comments."""

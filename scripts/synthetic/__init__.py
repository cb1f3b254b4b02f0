"""Synthetic reports with known truth, for tests and measurements of batches (scripts/make-reports)."""

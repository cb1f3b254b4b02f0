"""Trials that try to break zhitu; scripts/trust runs them at length, the tests in short."""

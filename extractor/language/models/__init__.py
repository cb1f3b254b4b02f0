"""Trained models of the language stage; each with its scores beside it."""

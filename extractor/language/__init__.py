"""A passage → names, references, relations, figures. The façade is :func:`annotate`."""

from extractor.language.pipeline import annotate

__all__ = ["annotate"]

"""Pages → Document: lines, running heads, tables, paragraphs, boxes and the section tree, from geometry alone."""

from extractor.layout.build import build_document

__all__ = ["build_document"]

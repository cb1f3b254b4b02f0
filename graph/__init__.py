"""Records in, a graph one can ask. Knows nothing of PDFs."""

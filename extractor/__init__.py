"""Reports in, records out: bytes → pages → document → records. Knows nothing of graphs."""

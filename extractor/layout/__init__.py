"""Pages → a Document: lines, furniture, tables, blocks, outline."""

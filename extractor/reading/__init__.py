"""A file → pages of glyphs, rules and pictures; or, for text forms, straight to a document."""

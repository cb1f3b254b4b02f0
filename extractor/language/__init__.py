"""A passage → names, references, relations and figures, as a spaCy pipeline over jieba."""

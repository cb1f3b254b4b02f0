"""The trainers of ``scripts/train``, a module a model."""

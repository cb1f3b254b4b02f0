"""The graph as files for other tools: each format a function of one :class:`~graph.model.Graph` and a path."""

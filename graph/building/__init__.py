"""Records → graph: a report's claims, indexed state, and the graph of all claims under a resolution."""

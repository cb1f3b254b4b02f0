"""Named questions: each a ``.cypher`` file here, answered with its witnesses."""

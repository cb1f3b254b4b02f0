"""One store over the Bolt driver, for the embedded database and for a user's Neo4j; search over it."""

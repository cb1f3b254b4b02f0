"""Many reports → the workspace: manifest, editions, batch, withdrawal; and two years compared."""

"""The explorer's server: waitress on loopback, or on a network behind logins."""

from __future__ import annotations

import logging
from pathlib import Path

from extractor.errors import Refused
from graph.explorer.app import Library, create_app
from graph.explorer.security import MAX_ADDRESS, MAX_BODY, is_loopback
from graph.explorer.users import Gate, read_users
from graph.workspace import Workspace

# Waitress takes in a whole request before the application sees it: what is too long ends there.
OPTIONS = {
    "threads": 8, "ident": "zhitu", "channel_timeout": 60,
    "max_request_body_size": MAX_BODY, "max_request_header_size": 2 * MAX_ADDRESS,
}  # fmt: skip


def serve(
    workspace: Workspace,
    store_address: str | None,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    users: Path | None = None,
) -> None:
    """Serve the explorer until interrupted.

    Raises :class:`Refused` for an address that others reach without a users file.
    """
    import waitress

    from graph.storage.store import open_store

    if not is_loopback(host) and users is None:
        raise Refused(
            f"{host} can be reached by others, so people have to log in", "give --auth FILE (see zhitu user --help)"
        )
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("neo4j").setLevel(logging.ERROR)
    library = Library(workspace, lambda: open_store(workspace, store_address))
    library.store()  # say now what is wrong with the store, not to the first visitor
    app = create_app(library, gate=Gate(read_users(users)) if users else None, hosts=[host])
    try:
        waitress.serve(app, host=host, port=port, **OPTIONS)
    finally:
        library.lost()

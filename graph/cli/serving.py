"""``zhitu serve`` and ``zhitu user``: the explorer, and who may log in to it."""

from __future__ import annotations

from pathlib import Path

import click

from graph.cli.opening import workspace_options

_HINT = "install it with: pip install 'zhitu[explorer]'"


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; others need --auth.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--auth", type=click.Path(dir_okay=False, path_type=Path), help="Users file: people have to log in.")
@workspace_options
def serve(host: str, port: int, auth: Path | None, workspace: Path | None, store_address: str | None) -> None:
    """Serve the explorer: search, profiles, evidence, networks, questions and years in a web page.

    \b
    zhitu serve                                    on this machine, at http://127.0.0.1:8000
    zhitu user 王敏 --auth users.txt --role reviewer
    zhitu serve --host 10.0.0.5 --auth users.txt   for colleagues, who log in
    """
    from extractor.errors import ZhituError
    from graph.workspace import Workspace, default_workspace

    try:
        import flask  # noqa: F401
        import waitress  # noqa: F401
    except ImportError as error:
        raise ZhituError("the explorer is not installed", _HINT) from error
    from graph.explorer.server import serve as run

    click.echo(f"http://{host}:{port}   (Ctrl-C ends it)", err=True)
    run(Workspace(workspace) if workspace else default_workspace(), store_address, host=host, port=port, users=auth)


@click.command()
@click.argument("name")
@click.option("--auth", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The users file.")
@click.option("--role", type=click.Choice(["reader", "reviewer"]), default="reader", show_default=True)
def user(name: str, auth: Path, role: str) -> None:
    """Let NAME log in to the explorer: asks for a password and writes its hash into the users file.

    \b
    zhitu user 王敏 --auth users.txt --role reviewer
    """
    from extractor.errors import ZhituError
    from graph.explorer.users import add_user

    password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    try:
        add_user(auth, name, "reviewer" if role == "reviewer" else "reader", password)
    except ValueError as error:
        raise ZhituError(str(error)) from error
    click.echo(f"{auth}: {name} may log in as {role}", err=True)

"""``python -m graph`` is the ``zhitu`` command, for working trees that are not installed."""

from graph.cli import main

if __name__ == "__main__":
    main()

"""The graph from Python: ``graph.open(workspace).ask("shared-communities", school="…")``.

>>> import graph
>>> with graph.open("workspace") as g:                               # doctest: +SKIP
...     g.ask("partners", name="南湖职业").to_pandas()
...     g.cypher("MATCH (s:School) RETURN s.name AS school").to_pandas()
...     g.to_networkx()
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, overload

from extractor.errors import ZhituError
from graph.exports.networks import multigraph
from graph.model import Graph
from graph.questions.asking import Answer, Question, ask, questions
from graph.questions.citing import Witness
from graph.storage.search import Hit, search
from graph.storage.store import open_store
from graph.workspace import Workspace, default_workspace

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd


class Rows(Sequence[dict[str, Any]]):
    """Rows as dicts by column; ``evidence`` holds each row's witnesses (of named questions)."""

    def __init__(self, columns: Sequence[str], rows: Sequence[Sequence[Any]], truncated: bool = False) -> None:
        self.columns = tuple(columns)
        self.truncated = truncated
        self.evidence: list[tuple[Witness, ...]] = []
        self._rows = [dict(zip(self.columns, row, strict=True)) for row in rows]

    @classmethod
    def of(cls, answer: Answer) -> Rows:
        """The rows of a named question's answer."""
        made = cls([column.name for column in answer.question.columns], answer.rows, answer.truncated)
        made.evidence = answer.evidence
        return made

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, index: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        return self._rows[index]

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self._rows)

    def __repr__(self) -> str:
        return f"Rows({len(self)} × {', '.join(self.columns)})"

    def to_pandas(self) -> pd.DataFrame:
        """A data frame; report, page and sentence of the best witness stand in columns of their own."""
        try:
            import pandas as pd
        except ImportError as error:
            raise ZhituError("data frames need pandas", "pip install 'zhitu[pandas]'") from error

        frame = pd.DataFrame(self._rows, columns=list(self.columns))
        if self.evidence:
            best = [seen[0] if seen else None for seen in self.evidence]
            for name in ("report", "page", "sentence"):
                column = name if name not in frame.columns else f"source_{name}"
                frame[column] = [getattr(witness, name) if witness else None for witness in best]
        return frame


class OpenGraph:
    """The graph of a workspace, for reading."""

    def __init__(self, workspace: Path | str | None = None, store: str | None = None) -> None:
        place = Workspace(Path(workspace)) if workspace else default_workspace()
        self._store = open_store(place, store)

    def questions(self) -> list[Question]:
        """All named questions."""
        return list(questions().values())

    def ask(self, question: str, *, scope: str = "", limit: int | None = None, **arguments: Any) -> Rows:
        """Answer a named question; names may be aliases or parts."""
        return Rows.of(ask(self._store, question, arguments, scope=scope, limit=limit))

    def cypher(
        self, statement: str, *, limit: int | None = None, timeout: float | None = None, **parameters: Any
    ) -> Rows:
        """The rows of a reading Cypher statement."""
        result = self._store.read(statement, parameters, limit=limit, timeout=timeout)
        return Rows(result.columns, result.rows, result.truncated)

    def search(self, text: str, *labels: str) -> list[Hit]:
        """Nodes by name, alias or part."""
        return search(self._store, text, labels)

    def dump(self) -> Graph:
        """The whole graph as a value."""
        return self._store.dump()

    def to_networkx(self) -> nx.MultiDiGraph:
        """Things and facts as a networkx multigraph, by id; passages and sections are left out."""
        made: nx.MultiDiGraph = multigraph(self.dump())
        return made

    def close(self) -> None:
        """Give the connection back."""
        self._store.close()

    def __enter__(self) -> OpenGraph:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

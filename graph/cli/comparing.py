"""``zhitu compare``: two years side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from graph.cli.opening import workspace_options
from graph.cli.output import Format, format_option, print_rows

if TYPE_CHECKING:
    from graph.ingesting.compare import Change, FigureChange, Told
    from graph.model import Graph

_COLUMNS = ("status", "type", "from", "to", "detail", "earlier", "later", "change_derived", "percent_derived", "note",
            "evidence")  # fmt: skip


@click.command()
@click.argument("earlier", type=click.IntRange(1900, 2100))
@click.argument("later", type=click.IntRange(1900, 2100))
@click.option("--name", default="", help="Only what has this in its name, or had it before a rename.")
@click.option("--type", "type_", default="", help="Only one kind of relationship: LEADS, 牵头, 指标值 (figures) …")
@format_option
@workspace_options
def compare(  # noqa: PLR0917 - click hands over an argument an option
    earlier: int, later: int, name: str, type_: str, output_format: Format, workspace: Path | None,
    store_address: str | None,
) -> None:  # fmt: skip
    """Put two years side by side: 新增, 延续, 未再出现, and figures with their change.

    未再出现 means that the later report does not say it, not that it ended; a figure that is not told is 未填报, not 0.
    Changes and percentages are derived. Where a year's report did not come, that is said.

    \b
    zhitu compare 2023 2024
    zhitu compare 2023 2024 --name 南湖 --type 牵头
    zhitu compare 2022 2024 --type 指标值 --format csv
    """
    from graph.ingesting.compare import compare as compare_years
    from graph.ingesting.compare import relation_type
    from graph.ingesting.ingest import workspace_graph
    from graph.workspace import Workspace, default_workspace

    if earlier >= later:
        raise click.UsageError(f"{earlier} is not before {later}")
    kind = relation_type(type_)
    if type_ and not kind:
        raise click.BadParameter(f"{type_} is no kind of relationship", param_hint="--type")
    graph = workspace_graph(Workspace(workspace) if workspace else default_workspace())
    found = compare_years(graph, earlier, later, name=name, type_=kind)
    rows = [_change_row(change, graph, (earlier, later)) for change in found.changes]
    rows += [_figure_row(figure, graph) for figure in found.figures]
    print_rows(_COLUMNS, rows, output_format)
    for year, series in found.missing:
        click.echo(
            f"no report of {year} from {' '.join(part for part in series if part)}: a gap, not a decline", err=True
        )


def _change_row(change: Change, graph: Graph, years: tuple[int, int]) -> tuple[object, ...]:
    from extractor.ontology import ontology

    shown = []
    for year in years:
        items = [item for item in change.evidence if graph.nodes[item.document].properties.get("year") == year]
        # Of a table's row, caption and header the row is shown.
        for item in sorted(items, key=lambda e: not (change.source in e.text or change.target in e.text))[:1]:
            place = f"第{item.page}页" if item.page else f"第{item.line}行" if item.line else ""
            shown.append(f"{year}{place} {item.text[:36]}")
    zh = ontology().relations[change.type].zh
    return (change.status, zh, change.source, change.target, change.detail, None, None, None, None, change.note, shown)


def _figure_row(figure: FigureChange, graph: Graph) -> tuple[object, ...]:
    from graph.ingesting.compare import titles

    name = f"{figure.indicator}（{figure.group}）" if figure.group else figure.indicator
    reports = titles(graph, [told.report for told in (*figure.earlier, *figure.later)])
    assumed = any(not told.stated for told in (*figure.earlier, *figure.later))
    note = "年份按报告年" if assumed else ""
    return (
        figure.status, "指标值", figure.subject, name, figure.unit, _side(figure.earlier), _side(figure.later),
        figure.change, figure.percent, note, reports,
    )  # fmt: skip


def _side(told: tuple[Told, ...]) -> str:
    return " / ".join(dict.fromkeys(one.text for one in told)) or "未填报"

"""Verbs that answer: named questions, Cypher, and search."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graph.cli.opening import opened, workspace_options
from graph.cli.output import Format, format_option, print_rows

if TYPE_CHECKING:
    from graph.questions.asking import Answer, Parameter, Question
    from graph.questions.citing import Witness
    from graph.storage.store import Store

_SHORT = 36
# What the help of a question puts for its parameters.
_EXAMPLES = {
    "school": "上海大学", "alliance": "数字化", "enterprise": "东海", "program": "数控技术", "one": "优质中职",
    "two": "优质专业", "report": "上海", "subject": "上海", "kind": "订单班", "level": "国家", "year": "2024",
    "label": "School", "type": "LEADS", "contest": "技能大赛", "district": "浦东新区", "issuer": "教育部",
    "since": "2023",
}  # fmt: skip


class _Questions(click.Group):
    """The named questions as commands; their files are read only when asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        from graph.questions.asking import questions

        return list(questions())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        from graph.questions.asking import questions

        question = questions().get(cmd_name)
        return _command(question) if question else None


@click.group(cls=_Questions, invoke_without_command=True)
@click.pass_context
def ask(ctx: click.Context) -> None:
    """Answer a named question, each row with its evidence. Without a question: list them.

    \b
    zhitu ask
    zhitu ask shared-communities --school 上海大学
    zhitu ask partners 南湖职业 --evidence
    zhitu ask awards 上海信息技术学校 --scope 名单 --format csv
    """
    if ctx.invoked_subcommand is None:
        from graph.questions.asking import questions

        rows = [(q.name, " ".join(_usage(p) for p in q.parameters), q.zh, q.en) for q in questions().values()]
        print_rows(("question", "parameters", "问题", "answers"), rows, "table")


def _usage(parameter: Parameter) -> str:
    name = parameter.name.replace("_", "-")
    return name.upper() if parameter.default is None else f"[--{name}]"


def _command(question: Question) -> click.Command:
    """The click command of a question: arguments for what must be given, options for the rest."""
    options: list[click.Parameter] = []
    for parameter in question.parameters:
        told = f"{parameter.zh} / {parameter.en}"
        if parameter.default is None:
            options.append(click.Argument([parameter.name]))
        else:
            kind = click.INT if parameter.kind == "int" else click.STRING
            flag = f"--{parameter.name.replace('_', '-')}"
            options.append(click.Option([flag, parameter.name], type=kind, default=None, help=told))
    callback = _answering(question)
    command = click.Command(question.name, params=options, callback=callback, help=_help(question))
    for decorate in (
        workspace_options,
        format_option,
        click.option("--timeout", type=click.FloatRange(min=0, min_open=True), help="Seconds it may take."),
        click.option("--limit", type=click.IntRange(min=1), help="At most so many rows."),
        click.option(
            "--scope",
            type=click.Choice(["名单", "案例", "正文"]),
            default=None,
            help="Only what this kind of source says.",
        ),
        click.option("--evidence", "with_evidence", is_flag=True, help="Every passage that says it, uncut."),
    ):
        decorate(callback)
    command.params += reversed(getattr(callback, "__click_params__", []))
    return command


def _help(question: Question) -> str:
    arguments = "\n\n".join(f"{p.name.upper()}: {p.zh} / {p.en}" for p in question.parameters if p.default is None)
    given = [_example(p) for p in question.parameters if p.default is None]
    option = next((p.name for p in question.parameters if p.default is not None and p.name in _EXAMPLES), None)
    told = [f"--{option.replace('_', '-')} {_EXAMPLES[option]}"] if option else []
    example = " ".join(["zhitu ask", question.name, *given])
    lines = [f"  {example}", f"  {' '.join([example, *told])} --format csv"]
    return f"{question.zh} / {question.en}.\n\n{arguments}\n\n\b\n" + "\n".join(line.strip() for line in lines)


def _example(parameter: Parameter) -> str:
    """What the help of a question gives for a parameter."""
    if parameter.is_name and parameter.name in {"one", "other"}:
        return {"one": "南湖职业", "other": "上海大学"}[parameter.name]
    return _EXAMPLES.get(parameter.name, "南湖职业" if parameter.is_name else "就业率")


def _answering(question: Question) -> Any:
    def answer(
        *,
        workspace: Path | None,
        store_address: str | None,
        output_format: Format,
        timeout: float | None,
        limit: int | None,
        scope: str | None,
        with_evidence: bool,
        **arguments: Any,
    ) -> None:
        from graph.questions.asking import ask as answer_question

        with opened(workspace, store_address) as store:
            found = answer_question(store, question.name, arguments, scope=scope or "", limit=limit, timeout=timeout)
        _print_answer(found, output_format, with_evidence=with_evidence)

    return answer


def _print_answer(answer: Answer, output_format: Format, *, with_evidence: bool) -> None:
    if output_format in ("json", "jsonl"):
        columns: Sequence[str] = [column.name for column in answer.question.columns]
        rows: list[tuple[Any, ...]] = answer.rows
        if with_evidence:
            columns = [*columns, "evidence"]
            rows = [(*row, [_told(w) for w in seen]) for row, seen in zip(rows, answer.evidence, strict=True)]
    else:
        columns, rows = _with_sources(answer, every=with_evidence, short=output_format == "table")
    print_rows(columns, rows, output_format)
    if answer.truncated:
        click.echo(f"only the first {len(answer.rows)} rows are shown, there are more (--limit)", err=True)
    _tell_cut_lists(answer)
    if not answer.rows:
        click.echo("no rows: nothing that was read says so", err=True)


def _with_sources(answer: Answer, *, every: bool, short: bool) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Rows with report, page and sentence: of the best witness, or a row for every one."""
    cut = any(witness.of for seen in answer.evidence for witness in seen)
    columns = [column.zh for column in answer.question.columns] + ["报告", "页", "句"] + (["列名"] if cut else [])
    rows: list[tuple[Any, ...]] = []
    for row, seen in zip(answer.rows, answer.evidence, strict=True):
        for number, witness in enumerate(seen if every else seen[:1]):
            shown = row if number == 0 or not short else tuple(None for _ in row)
            place = witness.page if witness.page is not None else (f"行{witness.line}" if witness.line else None)
            sentence = witness.sentence if every or not short else _shortened(witness.sentence)
            counts = (f"{witness.named}/{witness.of}" if witness.of else None,) if cut else ()
            rows.append((*shown, witness.report, place, sentence, *counts))
        if not seen:
            rows.append((*row, None, None, None, *((None,) if cut else ())))
    return columns, rows


def _shortened(text: str) -> str:
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"


def _told(witness: Witness) -> dict[str, Any]:
    return {name: value for name, value in witness._asdict().items() if value is not None and name != "text"}


def _tell_cut_lists(answer: Answer) -> None:
    """Say which lists the report itself cuts short."""
    cut = {(w.report, w.page, w.named, w.of) for seen in answer.evidence for w in seen if w.of}
    for report, page, named, of in sorted(cut, key=str):
        click.echo(f"note: {report}, page {page}: the list says 等{of}, of which it names {named}", err=True)


@click.command()
@click.argument("statement", required=False)
@click.option(
    "-f", "--file", "file", type=click.File(encoding="utf-8"), help="Read the statement from a file (- is stdin)."
)
@click.option("-p", "--param", "params", multiple=True, metavar="K=V", help="A parameter; V is JSON, else text.")
@click.option("--limit", type=click.IntRange(min=1), help="Rows printed at most (default: 1000, or the settings').")
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), help="Seconds it may run.")
@format_option
@workspace_options
def cypher(
    *,
    workspace: Path | None,
    store_address: str | None,
    output_format: Format,
    timeout: float | None,
    limit: int | None,
    params: tuple[str, ...],
    file: Any,
    statement: str | None,
) -> None:
    """Run a reading Cypher statement. Writing is refused.

    \b
    zhitu cypher "MATCH (s:School)-[:LEADS]->(a) RETURN s.name, count(a) AS n ORDER BY n DESC"
    zhitu cypher -f schools.cypher --param kind=中职 --param years=[2023,2024] --format csv
    """
    if (statement is None) == (file is None):
        raise click.UsageError("give a statement, or a file with -f")
    text = statement if statement is not None else file.read()
    with opened(workspace, store_address) as store:
        most = limit or store.settings.query.limit
        given = _present(store, text, dict(_parameter(item) for item in params))
        result = store.read(text, given, limit=most, timeout=timeout)
    print_rows(result.columns, result.rows, output_format)
    if result.truncated:
        click.echo(f"only the first {most} rows are shown, there are more; ask for them with --limit", err=True)


def _present(store: Store, statement: str, given: dict[str, Any]) -> dict[str, Any]:
    """The parameters with former ids made present ones; which were, and which stand in the statement, is said."""
    from graph.storage.redirects import former_ids, moved

    if store.state is None:
        return given
    now, known = moved(store.state, list(given.values()))
    for old, new in known.items():
        click.echo(f"note: {old} is {new} now; it was taken for that", err=True)
    for old, new in former_ids(store.state, statement):
        click.echo(f"note: {old} in the statement is {new} now", err=True)
    return dict(zip(given, now, strict=True))


def _parameter(item: str) -> tuple[str, Any]:
    import json

    name, sign, value = item.partition("=")
    if not sign or not name.isidentifier():
        raise click.UsageError(f"--param {item}: write it as name=value")
    try:
        return name, json.loads(value)
    except json.JSONDecodeError:
        return name, value


@click.command()
@click.argument("text")
@click.option("--label", "labels", multiple=True, help="Only nodes of this label, e.g. School; may be repeated.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="Rows printed at most.")
@format_option
@workspace_options
def search(
    *,
    workspace: Path | None,
    store_address: str | None,
    output_format: Format,
    limit: int,
    labels: tuple[str, ...],
    text: str,
) -> None:
    """Find nodes by name, alias or part of one; or the node of an id, also of one that it had before.

    \b
    zhitu search 南湖
    zhitu search 南湖 --label School --format jsonl
    """
    from extractor.ontology import ontology
    from graph.storage.search import search as find

    known = ontology().labels
    for label in labels:
        if label not in known:
            raise click.UsageError(f"--label {label}: known are {', '.join(known)}")
    with opened(workspace, store_address) as store:
        hits = find(store, text, labels)
    rows = [(hit.name, known[hit.label].zh, list(hit.aliases), hit.id) for hit in hits[:limit]]
    print_rows(("name", "label", "aliases", "id"), rows, output_format)
    if len(hits) > limit:
        click.echo(f"only the first {limit} of {len(hits)} are shown (--limit)", err=True)
    if not hits:
        click.echo(f"nothing has {text} in its name", err=True)
        sys.exit(0)

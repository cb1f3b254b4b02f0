"""RDF Turtle through rdflib (the extra ``rdf``): things as resources, facts as statements with their evidence."""

from __future__ import annotations

from pathlib import Path

from extractor.errors import ZhituError
from graph.exports.common import facts, things
from graph.model import Graph

BASE = "urn:zhitu:"


def write_turtle(graph: Graph, path: Path) -> None:
    """One triple a fact, and an ``rdf:Statement`` that carries its properties and passages."""
    try:
        from rdflib import RDF, RDFS, BNode, Literal, Namespace, URIRef
        from rdflib import Graph as Triples
    except ImportError as error:
        raise ZhituError("Turtle needs rdflib", "pip install 'zhitu[rdf]'") from error
    terms, ids = Namespace(BASE + "term:"), Namespace(BASE + "id:")
    triples = Triples()
    triples.bind("zhitu", terms)
    triples.bind("id", ids)
    for node in things(graph):
        subject = URIRef(ids[node.id])
        triples.add((subject, RDF.type, terms[node.label]))
        triples.add((subject, RDFS.label, Literal(node.name, lang="zh")))
        for alias in node.aliases:
            triples.add((subject, terms["alias"], Literal(alias, lang="zh")))
        for name, value in node.properties.items():
            for item in value if isinstance(value, (list, tuple)) else [value]:
                if item is not None:
                    triples.add((subject, terms[name], Literal(item)))
    for edge in facts(graph):
        ends = URIRef(ids[edge.key.source]), terms[edge.key.type], URIRef(ids[edge.key.target])
        triples.add(ends)
        statement = BNode()
        triples.add((statement, RDF.type, RDF.Statement))
        for part, value in zip((RDF.subject, RDF.predicate, RDF.object), ends, strict=True):
            triples.add((statement, part, value))
        for name, held in edge.properties.items():
            for item in held if isinstance(held, (list, tuple)) else [held]:
                if item is not None:
                    triples.add((statement, terms[name], Literal(item)))
        for said in edge.evidence:
            where = f"p. {said.page}" if said.page is not None else f"line {said.line}"
            triples.add((statement, terms["evidence"], Literal(f"{said.document} {where}: {said.text}")))
    triples.serialize(str(path), format="turtle", encoding="utf-8")

"""Likely pairs are found by blocking and proposed; decisions settle them; homonyms of two regions stay apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractor.errors import Damaged
from extractor.records import Entity, Record, Relation
from graph.building.claims import ReportInfo
from graph.building.contribute import contribute
from graph.building.weave import put
from graph.identity.comparison import compare
from graph.identity.decisions import Decision, add_decision, build_decisions, read_decisions
from graph.identity.names import ACTOR
from graph.identity.proposals import BRIEF, FULL, blocking_keys, propose
from graph.identity.registry import build_registry, read_registry
from graph.identity.resolution import Mention, resolve
from graph.identity.review import review_items
from graph.ingesting.ingest import writing
from graph.workspace import Workspace


def school(name: str, report: str = "r1", region: str = "") -> Mention:
    return Mention("School", name, report, "", region)


def tuned_pairs() -> list[tuple[str, str]]:
    lines = (Path(__file__).parent / "data" / "name_pairs.tsv").read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    return [(one, other) for one, other, wanted, _ in rows if compare(one, other).answer == wanted == "propose"]


@pytest.mark.parametrize("pair", tuned_pairs(), ids="-".join)
def test_what_compares_as_propose_shares_a_block(pair: tuple[str, str]) -> None:
    one, other = ({*blocking_keys(ACTOR, name)} for name in pair)
    opposite = {(key, {BRIEF: FULL, FULL: BRIEF}.get(side, side)) for key, side in other}
    assert one & opposite


def test_a_likely_rename_is_proposed_and_not_merged() -> None:
    old, new = school("长江职业学院"), school("长江职业大学")
    found = resolve([old, new])
    assert found.identities[old] != found.identities[new]
    assert [(p.one, p.other) for p in propose(found.identities)] == [("长江职业大学", "长江职业学院")]


def test_what_was_decided_is_proposed_no_more() -> None:
    old, new = school("长江职业学院"), school("长江职业大学")
    two = build_decisions([Decision("different", "School", old.name, new.name)])
    assert propose(resolve([old, new], (), two).identities, two) == []
    one = build_decisions([Decision("same", "School", old.name, new.name, "官网")])
    found = resolve([old, new], (), one)
    assert found.identities[old] == found.identities[new]
    assert found.identities[old].merges[0].reason == "decided by review (官网)"


def test_homonyms_of_two_regions_stay_apart_and_are_no_proposal() -> None:
    here, there = school("实验中学", "r1", "浙江省"), school("实验中学", "r2", "江苏省")
    found = resolve([here, there]).identities
    assert found[here] != found[there]
    assert propose(found) == []


def test_the_report_of_the_next_year_has_the_same_school() -> None:
    here, later = school("第一中等职业学校", "r1", "杭州市"), school("第一中等职业学校", "r2", "浙江省杭州市")
    found = resolve([here, later]).identities
    assert found[here] == found[later]


def test_an_alias_between_two_that_differ_by_number_is_a_misreading() -> None:
    from graph.identity.resolution import Link

    first, second = school("石家庄市第一职业中专学校"), school("石家庄市第二职业中专学校")
    found = resolve([first, second], [Link(first, second, "p1")])
    assert found.identities[first] != found.identities[second]
    assert "number" in found.proposals[0].reason


def test_a_chain_needs_each_links_own_evidence() -> None:
    from graph.identity.resolution import Link

    first, plate, second = school("苏州第一职业学校"), school("苏州旅游学校"), school("苏州第二职业学校")
    found = resolve([first, plate, second], [Link(first, plate, "p1"), Link(plate, second, "p2")])
    assert found.identities[first] != found.identities[second]
    assert len(found.proposals) == 1


def test_the_users_registry_joins_names_and_keeps_others_apart() -> None:
    entries = read_registry(["青岚学院\t青职\t青岚高等专科学校@2020\t高职专科\t青岚市", "青岚技师学院"], "x")
    known = build_registry(entries)
    old, short, new, other = (school(n) for n in ("青岚高等专科学校", "青职", "青岚学院", "青岚技师学院"))
    found = resolve([old, short, new, other], (), known).identities
    assert found[old] == found[short] == found[new] != found[other]
    assert compare(old.name, other.name, known=known).answer == "different"


def test_a_name_of_two_entries_names_neither() -> None:
    known = build_registry(read_registry(["甲交通大学\t交大", "乙交通大学\t交大"], "x"))
    assert known.entry("交大") is None


def test_the_decisions_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "w" / "decisions.tsv"
    made = [Decision("same", "School", "甲校", "乙校"), Decision("different", "Enterprise", "丙", "丁", "年报")]
    for decision in made:
        add_decision(path, decision)
    assert read_decisions(path) == made
    path.write_text("perhaps\tSchool\t甲\t乙\n", encoding="utf-8")
    with pytest.raises(Damaged, match="line 1"):
        read_decisions(path)


def test_review_shows_passages_and_a_decision_is_replayed(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    names = ("长江职业学院", "长江职业大学", "蓝川集团")
    text = "、".join(names)
    record = Record(
        text,
        page=3,
        entities=tuple(
            Entity(name, label, text.find(name), text.find(name) + len(name))
            for name, label in zip(names, ("School", "School", "Enterprise"), strict=True)
        ),
        relations=tuple(Relation(name, "COOPERATES_WITH", names[2]) for name in names[:2]),
    )
    made = contribute(ReportInfo("报告", 2024, "湖北省", "省", ""), [record])
    with writing(workspace) as ingestion, ingestion.state.transaction() as seq:
        put(ingestion.state, made, "digest", seq)
    (item,) = review_items(workspace)
    assert {item.proposal.one, item.proposal.other} == set(names[:2])
    assert item.one[0].page == 3
    assert item.one[0].text == text
    add_decision(workspace.decisions, Decision("same", "School", *names[:2]))
    assert review_items(workspace) == []

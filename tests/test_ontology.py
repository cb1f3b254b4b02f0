from extractor.ontology import ontology


def test_actor_expands_to_the_three_bodies_that_act() -> None:
    leads = ontology().relations["LEADS"]
    assert leads.domain == {"School", "Enterprise", "Organization"}
    assert leads.allows("School", "Alliance")
    assert not leads.allows("Program", "Alliance")


def test_the_gold_scores_sixteen_labels_and_sixteen_types() -> None:
    assert sum(label.gold for label in ontology().labels.values()) == 16
    assert sum(relation.gold for relation in ontology().relations.values()) == 16

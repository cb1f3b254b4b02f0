import numpy as np

from extractor.language.network import decode


def log_probabilities(*best: int, tags: int = 9) -> np.ndarray:
    """One column in which ``best[i]`` is the likeliest tag of character i. Two labels: 1-4 and 5-8 (B I E S)."""
    scores = np.full((len(best), 1, tags), 0.05, dtype=np.float32)
    for step, tag in enumerate(best):
        scores[step, 0, tag] = 0.6
    return np.log(scores)


def spans(scores: np.ndarray, size: int) -> list[tuple[int, int, int]]:
    return [name[:3] for name in next(iter(decode(scores, [size])))]


def test_names_are_read_off_the_tags() -> None:
    assert spans(log_probabilities(0, 1, 2, 3, 0, 8, 5, 7), 8) == [(1, 4, 0), (5, 6, 1), (6, 8, 1)]


def test_what_is_illegal_is_not_read_even_when_likeliest() -> None:
    for start, end, _ in spans(log_probabilities(2, 3, 0, 1, 1, 0, 6), 7):
        assert 0 <= start < end <= 7
    assert spans(log_probabilities(2), 1) == []  # an inner character alone


def test_nothing_behind_a_piece_is_read() -> None:
    assert spans(log_probabilities(0, 8, 8, 8), 2) == [(1, 2, 1)]


def test_best_sequence_is_that_of_trying_all() -> None:
    """Against the plain way over all pairs of tags."""
    rng = np.random.default_rng(0)
    tags = 9
    legal = np.zeros((tags, tags), dtype=bool)
    kind = [None, *[(label, mark) for label in range(2) for mark in "BIES"]]
    for i, one in enumerate(kind):
        for j, two in enumerate(kind):
            open_, wants = one is not None and one[1] in "BI", two is not None and two[1] in "IE"
            legal[i, j] = (one[0] == two[0]) if open_ and wants else not open_ and not wants
    for _ in range(20):
        scores = np.log(rng.dirichlet(np.ones(tags), size=(12, 1))).astype(np.float32)
        value = np.where([k is None or k[1] in "BS" for k in kind], scores[0, 0], -np.inf)
        for step in range(1, 12):
            value = np.where(legal, value[:, None], -np.inf).max(axis=0) + scores[step, 0]
        best = max(v for v, k in zip(value, kind, strict=True) if k is None or k[1] in "ES")
        found = spans(scores, 12)
        path = np.zeros(12, dtype=int)
        for start, end, label in found:
            path[start:end] = 1 + 4 * label + 1
            path[start], path[end - 1] = 1 + 4 * label, 1 + 4 * label + (3 if end - start == 1 else 2)
        assert np.isclose(scores[np.arange(12), 0, path].sum(), best, atol=1e-4)

"""Matrices of the PDF form (a, b, c, d, e, f): a point (x, y) goes to (ax + cy + e, bx + dy + f)."""

from __future__ import annotations

Matrix = tuple[float, float, float, float, float, float]


def times(first: Matrix, second: Matrix) -> Matrix:
    """The matrix that applies ``first``, then ``second``."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def through(x0: float, y0: float, x1: float, y1: float, matrix: Matrix) -> tuple[float, float, float, float]:
    """A rectangle's box after ``matrix`` (which only turns by right angles)."""
    a, b, c, d, e, f = matrix
    xs = (x0 * a + y0 * c + e, x1 * a + y1 * c + e)
    ys = (x0 * b + y0 * d + f, x1 * b + y1 * d + f)
    return min(xs), min(ys), max(xs), max(ys)

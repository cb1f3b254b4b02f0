"""Folding: the form in which texts and names are compared, never the form in which they are shown.

Blanks are dropped, full and half width are made one, and the several quotation marks and dashes are made one,
as the contract for records says ("before names are compared, blanks are dropped, full and half width and
the quotation marks are folded").
"""

from __future__ import annotations

import unicodedata

_MARKS = str.maketrans(
    {
        "“": '"', "”": '"', "„": '"', "‟": '"', "「": '"', "」": '"', "『": '"', "』": '"',
        "＂": '"', "〝": '"', "〞": '"',
        "‘": "'", "’": "'", "‚": "'", "＇": "'",
        "—": "-", "–": "-", "―": "-", "‐": "-", "‑": "-", "−": "-",
        "•": "·", "・": "·", "‧": "·",
    }
)  # fmt: skip
_INVISIBLE = {"Cf", "Cc", "Zs", "Zl", "Zp"}


def fold(text: str) -> str:
    """The folded form of ``text``: no blanks or invisible characters, one width, one kind of quotation mark."""
    wide = unicodedata.normalize("NFKC", text.translate(_MARKS)).translate(_MARKS)
    kept = "".join(char for char in wide if unicodedata.category(char) not in _INVISIBLE)
    return unicodedata.normalize("NFKC", kept)  # a mark that lost the blank it stood on joins the letter before

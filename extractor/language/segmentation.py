"""Words: jieba's segmentation as spaCy's tokenizer, and what jieba's dictionary says of a word.

jieba's own part-of-speech pass costs some twenty times its segmentation; a word's most frequent tag, read from the
same dictionary, is nearly as good a feature and free.
"""

from __future__ import annotations

import getpass
import logging
import re
import tempfile
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.vocab import Vocab


_SURROGATE = re.compile("[\ud800-\udfff]")


@cache
def segmenter() -> Any:
    """jieba's tokenizer, loaded once; its cache lies in a folder that only this user writes."""
    import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    folder = Path(tempfile.gettempdir()) / f"zhitu-{getpass.getuser()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        private = not folder.is_symlink() and folder.stat().st_mode & 0o077 == 0
    except OSError:
        private = False
    # The cache is marshalled code: read it only where nobody else could have put it.
    if private:
        tokenizer.tmp_dir = str(folder)
        tokenizer.cache_file = "jieba.cache"
    tokenizer.initialize()
    return tokenizer


@lru_cache(maxsize=1024)
def words(text: str) -> tuple[str, ...]:
    """The words of ``text`` in order; together they are ``text``. Remembered: the tokenizer and the recogniser ask."""
    return tuple(word for word in segmenter().cut(text) if word)


class WordTokenizer:
    """spaCy's tokenizer seam: text → Doc of jieba's words, with no blank added, so offsets are those of the text."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """The Doc of ``text``; ``doc.text == text``, but for lone surrogates, which spaCy cannot hold: U+FFFD there."""
        from spacy.tokens import Doc

        found = list(words(_SURROGATE.sub("\ufffd", text)))
        return Doc(self.vocab, words=found, spaces=[False] * len(found))

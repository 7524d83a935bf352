"""Find rows by words of a text, by the starts of the words, through an index.

The model's index is `words_index("title", name="sku_by_words")`.
"""

import re
from typing import TypeVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import QuerySet

Rows = TypeVar("Rows", bound=QuerySet)
CONFIG = "simple"  # titles and subjects are of any language: no stems, no stop words
WORD = re.compile(r"[^\W_]+")
WORDS_MOST = 8


def words_index(column: str, *, name: str) -> GinIndex:
    """The index that `with_words` reads."""
    return GinIndex(SearchVector(column, config=CONFIG), name=name)


def with_words(rows: Rows, column: str, text: str) -> Rows:
    """Rows whose `column` has every word of `text`, the words perhaps longer; none for no word."""
    words = WORD.findall(text)[:WORDS_MOST]
    if not words:
        return rows.none()
    wanted = SearchQuery(
        " & ".join(f"{word}:*" for word in words), search_type="raw", config=CONFIG
    )
    vector = SearchVector(column, config=CONFIG)
    return rows.alias(words_of_it=vector).filter(words_of_it=wanted)

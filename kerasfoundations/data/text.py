"""Text as numbers: counts of words, and characters as one-hot rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from kerasfoundations import checks

ASCII = "".join(map(chr, range(128)))


def build_vocabulary(texts: Sequence[str], num_words: int = 20_000) -> list[str]:
    """Return the most frequent words of some texts, the most frequent first.

    A word is a run of letters, digits and apostrophes, in lower case. Words that are equally
    frequent are sorted.

    Args:
        texts: The texts.
        num_words: The largest number of words to keep.

    Returns:
        The words; the place of each is its column in `word_counts`.

    Raises:
        ValueError: when these are not texts, or hold no word.

    Example:
        >>> build_vocabulary(["The cat saw the dog.", "The dog slept."], num_words=3)
        ['the', 'dog', 'cat']
    """
    checks.positive_integer("num_words", num_words)
    counts = Counter(word for text in _checked(texts) for word in _words(text))
    if not counts:
        raise ValueError("found no word in the texts, expected some: look at what you read.")
    return sorted(counts, key=lambda word: (-counts[word], word))[:num_words]


def word_counts(texts: Sequence[str], vocabulary: Sequence[str]) -> np.ndarray:
    """Count the words of each text: `counts[i, j]` is how often text `i` has word `j`.

    The order of the words is lost; words that are not in the vocabulary are not counted.

    Args:
        texts: The texts.
        vocabulary: The words, in lower case, each once, as `build_vocabulary` returns them.

    Returns:
        float32 array `(n, len(vocabulary))`: 500 texts and 20,000 words are `(500, 20000)`.

    Raises:
        ValueError: when these are not texts, or a word stands twice in the vocabulary.

    Example:
        >>> word_counts(["the cat saw the dog", "a dog"], ["the", "dog", "cat"])
        array([[2., 1., 1.],
               [0., 1., 0.]], dtype=float32)

    Source: Chollet, Deep Learning with Python, 2nd edition, section 2.2.
    """
    texts, columns = _checked(texts), _places("vocabulary", vocabulary)
    counts = np.zeros((len(texts), len(columns)), "float32")  # (n, words)
    for row, text in enumerate(texts):
        for word in _words(text):
            if word in columns:
                counts[row, columns[word]] += 1
    return counts


def one_hot_characters(
    texts: Sequence[str], length: int = 280, alphabet: str = ASCII
) -> np.ndarray:
    """Encode characters: `x[i, t, c]` is 1 where character `t` of text `i` is `alphabet[c]`.

    Args:
        texts: The texts; what is longer than `length` is cut off.
        length: Number of characters of each text. Shorter ones end in rows of zeros.
        alphabet: The characters, each once; any other character becomes a row of zeros. By
            default the 128 of ASCII.

    Returns:
        float32 array `(n, length, len(alphabet))`: a million tweets are `(1000000, 280, 128)`.

    Raises:
        ValueError: when these are not texts, or a character stands twice in the alphabet.

    Example:
        >>> x = one_hot_characters(["ab", "b?"], length=3, alphabet="ab")
        >>> x.shape, x[0].tolist(), x[1].tolist()
        ((2, 3, 2), [[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]], [[0.0, 1.0], [0.0, 0.0], [0.0, 0.0]])

    Source: Chollet, Deep Learning with Python, 2nd edition, section 2.2.
    """
    texts, columns = _checked(texts), _places("alphabet", alphabet)
    checks.positive_integer("length", length)
    encoded = np.zeros((len(texts), length, len(columns)), "float32")  # (n, length, characters)
    for row, text in enumerate(texts):
        for step, character in enumerate(text[:length]):
            if character in columns:
                encoded[row, step, columns[character]] = 1
    return encoded


def _words(text: str) -> list[str]:
    return re.findall(r"[\w']+", text.lower())


def _checked(texts: Any) -> list[str]:
    """Return the texts as a list, if they are texts."""
    if isinstance(texts, str):
        raise ValueError("received one text, expected a list of texts: pass [text].")
    try:
        found = list(texts)
    except TypeError:
        raise ValueError(f"expected a list of texts, received {texts!r}: pass [text].") from None
    others = [text for text in found if not isinstance(text, str)]
    if others or not found:
        received = f"a {type(others[0]).__name__} among them" if others else "0 texts"
        raise ValueError(f"expected a list of texts, received {received}: pass strings.")
    return found


def _places(name: str, items: Sequence[str]) -> dict[str, int]:
    """Return the place of each word or character."""
    places = {item: place for place, item in enumerate(items)}
    if not places or len(places) < len(items):
        raise ValueError(
            f"{name} must hold each of its {len(items)} items once, received {len(places)} "
            "different ones: leave out what is repeated."
        )
    return places

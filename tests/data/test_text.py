"""Text as numbers: what is counted, what is encoded, and that both wings learn from it."""

import numpy as np
import pytest
from support.thorough import THOROUGH, sampled

from kerasfoundations.data import build_vocabulary, one_hot_characters, word_counts

SEA = ("The ship left the harbour at dawn.", "A storm broke the mast of the ship.")
KITCHEN = ("Cut the onions and fry them in butter.", "Stir the soup, then add butter.")


def test_equally_frequent_words_are_sorted():
    assert build_vocabulary(["b a", "c b A"]) == ["a", "b", "c"]


def test_words_are_counted_without_case_and_punctuation():
    counts = word_counts(["Don't! don't, no.", "No; it's"], ["don't", "no", "absent"])
    np.testing.assert_array_equal(counts, [[2, 1, 0], [0, 1, 0]])


def test_the_counts_of_a_text_sum_to_its_length_if_every_word_is_known():
    texts = [*SEA, *KITCHEN]
    counts = word_counts(texts, build_vocabulary(texts))
    np.testing.assert_array_equal(counts.sum(axis=1), [7, 8, 8, 6])
    assert counts.dtype == np.float32


def test_characters_are_decoded_from_their_rows():
    texts = ["Hello, world", "", "a" * 300]
    x = one_hot_characters(texts)
    assert x.shape == (3, 280, 128)
    lengths = x.sum(axis=(1, 2)).astype(int)
    decoded = ["".join(map(chr, x[i].argmax(axis=1)[: lengths[i]])) for i in range(3)]
    assert decoded == ["Hello, world", "", "a" * 280]


def test_a_character_outside_of_the_alphabet_is_a_row_of_zeros():
    x = one_hot_characters(["aéb"], length=3)
    assert x.sum(axis=2).tolist() == [[1, 0, 1]]


@THOROUGH
@pytest.mark.parametrize("encode", sampled([word_counts, one_hot_characters]))
def test_both_wings_learn_topics(wing, encode):
    texts = [*SEA, *KITCHEN]
    more = [build_vocabulary(texts)] if encode is word_counts else [40]
    x = encode(texts, *more).reshape(len(texts), -1)
    y = np.array([0, 0, 1, 1])
    model = wing.softmax_regression.build_softmax_regression(x.shape[1], 2, seed=0)
    wing.training.fit(model, x, y, epochs=20, batch_size=4, verbose=0, learning_rate=0.05)
    assert wing.training.predict(model, x).argmax(axis=1).tolist() == y.tolist()
